using System.Collections.Immutable;
using System.Net;
using Crucible.Core.Upstairs;
using Crucible.Core.Volumes;
using Crucible.Net;
using Crucible.Net.Upstairs;
using Crucible.Wire;
using PropolisActors.Volumes;

namespace PropolisActors.Tests;

/// <summary>A data path whose servers answer when the test says so.</summary>
public sealed class ScriptedVolumeHost(VolumeConstructionRequest vcr, Action<RegionSetIndex> statusChanged) : IVolumeHost
{
    private readonly Lock _lock = new();
    private readonly VolumeConstructionRequest.Region _region = VcrTree.RegionSets(vcr)[0].Region;
    private readonly List<(IPEndPoint Old, IPEndPoint New)> _replaced = [];
    private TaskCompletionSource<ActivationResult> _activation = new();
    private readonly TaskCompletionSource _deactivation = new();
    private readonly List<(string Name, TimeSpan Deadline)> _snapshots = [];
    private TaskCompletionSource<ReplaceOutcome>? _heldReplacement;
    private TaskCompletionSource<IoResult>? _heldSnapshot;
    private ImmutableArray<IPEndPoint> _targets = [.. VcrTree.RegionSets(vcr)[0].Region.Opts.Target];
    private UpstairsState _state = UpstairsState.Initializing;
    private CrucibleError? _disabledBy;
    private int _activations;

    public IBlockDevice Device { get; } = new NoDevice();

    public ReplaceOutcome NextReplacement { get; set; } = new ReplaceOutcome.Started();

    public IoResult NextSnapshot { get; set; } = IoResult.Ok;

    public ImmutableArray<(string Name, TimeSpan Deadline)> Snapshots
    {
        get
        {
            lock (_lock)
                return [.. _snapshots];
        }
    }

    public bool IsDisposed { get; private set; }

    public int Activations => Volatile.Read(ref _activations);

    /// <summary>What the latest activation claimed its servers with.</summary>
    public Generation LastGeneration { get; private set; }

    public ImmutableArray<(IPEndPoint Old, IPEndPoint New)> Replaced
    {
        get
        {
            lock (_lock)
                return [.. _replaced];
        }
    }

    public ImmutableArray<RegionSetStatus> Status
    {
        get
        {
            lock (_lock)
            {
                var isActive = _state == UpstairsState.Active;
                return
                [
                    new RegionSetStatus(
                        _state, _disabledBy, _region.Opts.Id, new SessionId(Guid.Empty), _region.Generation, false, false,
                        _region.BlockSizeBytes, [.. _targets.Select((target, i) => Slot(i, target, isActive))], null, 0, 0, 0),
                ];
            }
        }
    }

    public Task<ActivationResult> ActivateAsync(RegionSetIndex regionSet, Generation generation, CancellationToken ct)
    {
        Interlocked.Increment(ref _activations);
        lock (_lock)
        {
            LastGeneration = generation;
            // The test may have said how it ends before it begins.
            if (_state != UpstairsState.Active)
                _state = UpstairsState.GoActive;
            if (_activation.Task.IsCanceled)
                _activation = new TaskCompletionSource<ActivationResult>();
            var activation = _activation;
            ct.Register(() => activation.TrySetCanceled(ct));
            return activation.Task;
        }
    }

    public Task DeactivateAsync(RegionSetIndex regionSet, TimeSpan grace)
    {
        lock (_lock)
            _state = UpstairsState.Initializing;
        return grace == TimeSpan.Zero ? Task.CompletedTask : _deactivation.Task;
    }

    public Task<ReplaceOutcome> ReplaceAsync(RegionSetIndex regionSet, IPEndPoint old, IPEndPoint replacement)
    {
        lock (_lock)
        {
            _replaced.Add((old, replacement));
            if (_heldReplacement is { } held)
                return held.Task;
            if (NextReplacement is ReplaceOutcome.Started)
                _targets = [.. _targets.Select(target => target.Equals(old) ? replacement : target)];
            return Task.FromResult(NextReplacement);
        }
    }

    public async Task<IoResult> SnapshotAsync(RegionSetIndex regionSet, string name, TimeSpan deadline)
    {
        Task<IoResult> answer;
        lock (_lock)
        {
            _snapshots.Add((name, deadline));
            answer = _heldSnapshot?.Task ?? Task.FromResult(NextSnapshot);
        }

        return await answer;
    }

    /// <summary>The pending activation, or the next one, succeeds.</summary>
    public void BecomeActive()
    {
        lock (_lock)
            _state = UpstairsState.Active;
        _activation.TrySetResult(new ActivationResult(null));
    }

    public void RefuseActivation(CrucibleError error) => _activation.TrySetResult(new ActivationResult(error));

    /// <summary>A newer upstairs has taken over.</summary>
    public void BecomeDisabled(CrucibleError error)
    {
        lock (_lock)
            (_state, _disabledBy) = (UpstairsState.Disabled, error);
        statusChanged(new RegionSetIndex(0));
    }

    public void FinishDeactivation() => _deactivation.TrySetResult();

    /// <summary>Replacements are not answered from now on.</summary>
    public void HoldReplacements() => _heldReplacement = new TaskCompletionSource<ReplaceOutcome>();

    /// <summary>Snapshots are not answered until they are let go.</summary>
    public void HoldSnapshots() => _heldSnapshot = new TaskCompletionSource<IoResult>();

    public void LetSnapshotsGo(IoResult result) => _heldSnapshot!.SetResult(result);

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    private static SlotStatus Slot(int slot, IPEndPoint target, bool isActive) => new(
        new ClientId((byte)slot), null, target, null, isActive, isActive ? null : SlotMode.New,
        isActive ? null : SlotStep.WaitConnect, null, DateTimeOffset.UnixEpoch, null, 0, 0, 0, 0, 0, 0, isActive);

    /// <summary>A disk nobody reads.</summary>
    private sealed class NoDevice : IBlockDevice
    {
        public ulong BlockSizeBytes => 512;

        public ulong SizeBytes => 512;

        public bool ReadOnly => false;

        public ValueTask<IoResult> ReadAsync(ulong offsetBytes, Memory<byte> destination, CancellationToken ct) => new(IoResult.Ok);

        public ValueTask<IoResult> WriteAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct) => new(IoResult.Ok);

        public ValueTask<IoResult> FlushAsync(CancellationToken ct) => new(IoResult.Ok);
    }
}
