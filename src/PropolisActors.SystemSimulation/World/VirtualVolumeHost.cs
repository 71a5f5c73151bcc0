using System.Collections.Immutable;
using System.Net;
using Crucible.Core.Upstairs;
using Crucible.Core.Volumes;
using Crucible.Net;
using Crucible.Net.Upstairs;
using Crucible.Simulation.World;
using Crucible.Wire;
using PropolisActors.Volumes;

namespace PropolisActors.SystemSimulation.World;

/// <summary>
/// The data path of one volume of one region set in virtual time: does what <see cref="RegionSet"/> does with its machine, and
/// holds all that is answered against what is known of the disk.
/// </summary>
/// <remarks>As there, callers only put into a queue, and what becomes of it is a step of its own.</remarks>
internal sealed class VirtualVolumeHost : IVolumeHost
{
    public static readonly CrucibleError GoneError = new CrucibleError.Plain(CrucibleErrorKind.RecvDisconnected);

    private readonly Action<RegionSetIndex> _statusChanged;
    private readonly SystemWorld _world;
    private readonly UpstairsHost _upstairs;
    private readonly CheckedDevice _device;
    private readonly Queue<Action> _asked = new();
    private readonly List<(TaskCompletionSource Done, int Number)> _lettingGo = [];
    private ulong _statusVersion;
    private int _letGoes;

    public VirtualVolumeHost(
        VolumeConstructionRequest.Region region, Action<RegionSetIndex> statusChanged, SimulatedDisk disk, SystemWorld world)
    {
        (_statusChanged, Disk, _world) = (statusChanged, disk, world);
        var config = new RegionSetConfig(
            new SessionIds(region.Opts.Id, new SessionId(disk.Random.NextGuid())), region.Generation, [.. region.Opts.Target],
            region.BlockSizeBytes, region.BlocksPerExtent, region.ExtentCount, region.Opts.ReadOnly,
            FlushTimeout: RegionSetOptions.DefaultFlushTimeout, Encrypted: region.Opts.Key is not null);
        _upstairs = new UpstairsHost(config, world.Network, world.Setting, disk.Cipher) { Stepped = OnStepped };
        _upstairs.Remade = Begin;
        _statusVersion = _upstairs.StatusVersion;
        _device = new CheckedDevice(disk, this);
    }

    public SimulatedDisk Disk { get; }

    public IBlockDevice Device => _device;

    public UpstairsHost Upstairs => _upstairs;

    /// <summary>Its process has ended, or its volume has let go of it for good.</summary>
    public bool IsOver => !_upstairs.Alive;

    public ImmutableArray<RegionSetStatus> Status => [_upstairs.Status()];

    public async Task<ActivationResult> ActivateAsync(RegionSetIndex regionSet, Generation generation, CancellationToken ct)
    {
        var done = new TaskCompletionSource<ActivationResult>();
        RequestId? request = null;
        Post(() => _upstairs.Ask(
            id =>
            {
                request = id;
                return new UpstairsInput.Activate(id, generation);
            },
            answer =>
            {
                var error = ((UpstairsEffect.ActivationAnswered)answer).Error;
                if (error is null)
                    Begin();
                done.TrySetResult(new ActivationResult(error));
            }),
            () => done.TrySetResult(new ActivationResult(GoneError)));
        await using var withdrawal = ct.UnsafeRegister(
            _ => Post(() => _upstairs.Tell(new UpstairsInput.Abandon(request)), static () => { }), null);
        var result = await done.Task;
        if (!result.IsActive)
            ct.ThrowIfCancellationRequested();
        return result;
    }

    public Task DeactivateAsync(RegionSetIndex regionSet, TimeSpan grace)
    {
        var done = new TaskCompletionSource();
        Post(() => LetGo(done, grace), () => done.TrySetResult());
        return done.Task;
    }

    public Task<ReplaceOutcome> ReplaceAsync(RegionSetIndex regionSet, IPEndPoint old, IPEndPoint replacement)
    {
        var done = new TaskCompletionSource<ReplaceOutcome>();
        Post(
            () => _upstairs.Ask(
                id => new UpstairsInput.Replace(id, old, replacement),
                answer => done.TrySetResult(((UpstairsEffect.ReplaceAnswered)answer).Outcome)),
            () => done.TrySetResult(new ReplaceOutcome.Refused(RefusalDuration.Permanent, GoneError)));
        return done.Task;
    }

    public async Task<IoResult> SnapshotAsync(RegionSetIndex regionSet, string name, TimeSpan deadline) =>
        await _device.FlushAsync(name, deadline, CancellationToken.None);

    public ValueTask DisposeAsync()
    {
        Post(
            () =>
            {
                _upstairs.Tell(new UpstairsInput.ForceDeactivate());
                Kill();
            },
            static () => { });
        return ValueTask.CompletedTask;
    }

    /// <summary>The process is gone: nobody is answered any more.</summary>
    public void Kill()
    {
        if (_upstairs.Alive)
            _upstairs.Kill();
    }

    /// <summary>Puts a guest's request behind all that was asked before.</summary>
    /// <param name="ask">Done in a step of its own.</param>
    /// <param name="gone">Done in its place when the region set has ended.</param>
    public void Post(Action ask, Action gone)
    {
        _asked.Enqueue(() =>
        {
            if (_upstairs.Alive)
                ask();
            else
                gone();
        });
        _world.Soon("region set", () => _asked.Dequeue()());
    }

    private void Begin() => _upstairs.Begin(Disk.History.Begin(
        _upstairs.Ids, [.. _upstairs.Status().Slots.Where(slot => slot.Active).Select(slot => Disk.ServerAt(slot.Target))]));

    /// <summary>Both in one step, so that an activation cannot succeed in between.</summary>
    private void LetGo(TaskCompletionSource done, TimeSpan grace)
    {
        _upstairs.Tell(new UpstairsInput.Abandon(null));
        var number = ++_letGoes;
        _lettingGo.Add((done, number));
        var by = _upstairs.Incarnation;
        var covered = by?.LastOfAll() ?? [];
        _upstairs.Ask(id => new UpstairsInput.Deactivate(id), answer =>
        {
            if (answer is UpstairsEffect.DeactivationAnswered { Error: null } && by is not null)
                Disk.History.FlushDone(by, covered, Disk.TargetsOf(_upstairs.Status()));
        });
        _world.Clock.After(grace, () =>
        {
            if (_upstairs.Alive && _lettingGo.Exists(entry => entry.Number == number))
                _upstairs.Tell(new UpstairsInput.ForceDeactivate());
        });
    }

    private void OnStepped()
    {
        if (_upstairs.StatusVersion != _statusVersion)
        {
            _statusVersion = _upstairs.StatusVersion;
            _statusChanged(new RegionSetIndex(0));
        }

        if (_lettingGo.Count == 0 || _upstairs.State is not (UpstairsState.Initializing or UpstairsState.Disabled))
            return;
        var done = _lettingGo.ToArray();
        _lettingGo.Clear();
        foreach (var (who, _) in done)
            who.TrySetResult();
    }
}
