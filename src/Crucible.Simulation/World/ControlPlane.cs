using System.Net;
using Crucible.Core.Upstairs;
using Crucible.Wire;
using Crucible.Simulation.Checks;

namespace Crucible.Simulation.World;

/// <summary>
/// The operator of the volume: wants its newest upstairs active, hands out generations, replaces dead servers, and
/// (while it may) stops, restarts and duplicates upstairs at random.
/// </summary>
internal sealed class ControlPlane(
    VolumeShape shape, IReadOnlyList<DiskServer> servers, Network network, VolumeHistory history, VirtualClock clock,
    Trace trace, SeededRandom random, Climate climate, Statistics statistics)
{
    private readonly IPEndPoint[] _targets = [.. servers.Take(ProtocolLimits.Slots).Select(server => server.Address)];
    private readonly List<(UpstairsHost Host, Guest Guest)> _upstairs = [];
    private readonly UpstairsId _volume = new(random.NextGuid());
    private ulong _generation;
    private int _hosts;
    private bool _activating;
    private bool _repairWanted;
    private (IPEndPoint Old, IPEndPoint New)? _replacement;

    /// <summary>Off when faults have stopped: from then on it only does what brings the volume back.</summary>
    public bool MayInterfere { get; set; } = true;

    public IReadOnlyList<(UpstairsHost Host, Guest Guest)> Upstairs => _upstairs;

    public (UpstairsHost Host, Guest Guest) Newest => _upstairs[^1];

    public IReadOnlyList<DiskServer> Targets => [.. _targets.Select(ServerAt)];

    /// <summary>Everything is as it should be.</summary>
    public bool IsWhole => Newest.Host.Incarnation is not null && Newest.Host.State == UpstairsState.Active
        && Newest.Host.Status().Slots.All(slot => slot.Active);

    public void Start()
    {
        StartUpstairs(++_generation);
        Tend();
        Repeat(climate.UpstairsCrash, CrashUpstairs);
        Repeat(climate.Rival, StartRival);
        Repeat(climate.Reactivation, StopAtRandom);
    }

    /// <summary>Ends all but the newest upstairs. Whoever waited for one of them is answered first.</summary>
    public void EndRivals()
    {
        foreach (var (host, _) in _upstairs.SkipLast(1))
        {
            LetGo(host);
            host.Kill();
        }

        _upstairs.RemoveRange(0, _upstairs.Count - 1);
    }

    /// <summary>Stops the newest upstairs at once; it will be activated again.</summary>
    public void ForceDeactivate() => LetGo(Newest.Host);

    /// <summary>Cleanly stops the newest upstairs; it will be activated again.</summary>
    public void Deactivate()
    {
        var host = Newest.Host;
        var by = host.Incarnation;
        var covered = by?.LastOfAll() ?? [];
        host.Ask(id => new UpstairsInput.Deactivate(id), answer =>
        {
            if (answer is not UpstairsEffect.DeactivationAnswered { Error: null })
            {
                statistics.Count(Sight.DeactivatedUnflushed);
                return;
            }

            statistics.Count(Sight.Deactivated);
            history.FlushDone(by ?? throw new SimulationFailure("S5", "an inactive upstairs was deactivated"), covered);
        });
    }

    /// <summary>Kills the newest upstairs; another one takes its place.</summary>
    public void CrashUpstairs()
    {
        statistics.Count(Sight.UpstairsCrashed);
        var last = Newest;
        last.Host.Kill();
        _upstairs.Remove(last);
        StartUpstairs(random.Chance(0.2) ? _generation : ++_generation);
    }

    /// <summary>A server's disk is gone: its place goes to the spare.</summary>
    public void Replace(DiskServer dead)
    {
        if (!_targets.Contains(dead.Address))
            return;
        var spare = servers.First(server => !_targets.Contains(server.Address));
        var slot = Array.IndexOf(_targets, dead.Address);
        trace.Add($"control: {spare} takes the place of {dead}");
        _targets[slot] = spare.Address;
        _replacement = (dead.Address, spare.Address);
        foreach (var (host, _) in _upstairs)
            AskToReplace(host);
    }

    private DiskServer ServerAt(IPEndPoint address) => servers.First(server => server.Address.Equals(address));

    private void StartUpstairs(ulong generation)
    {
        var config = new RegionSetConfig(
            new SessionIds(_volume, new SessionId(random.NextGuid())), new Generation(generation), [.. _targets],
            BlockPattern.BlockSize, (ulong)shape.BlocksPerExtent, (uint)shape.Extents, ReadOnly: false,
            FlushTimeout: TimeSpan.FromMilliseconds(500));
        var host = new UpstairsHost(++_hosts, config, network, clock, trace, statistics);
        var guest = new Guest(host, history, clock, random.Fork(), climate, shape.Blocks, statistics);
        trace.Add($"control: {host} starts with generation {generation}");
        _upstairs.Add((host, guest));
        _activating = false;
        _repairWanted = false;
        guest.Busy = MayInterfere;
        guest.Start();
    }

    /// <summary>Looks after the newest upstairs every now and then.</summary>
    private void Tend()
    {
        var host = Newest.Host;
        if (_repairWanted && host.State == UpstairsState.Disabled && Targets.All(server => server.Running))
        {
            trace.Add("control: makes the copies equal by hand");
            statistics.Count(Sight.CopiesMadeEqualByHand);
            HandRepair.MakeEqual(Targets);
            _repairWanted = false;
        }

        if (_replacement is not null && !host.Status().Slots.Any(slot => slot.Target.Equals(_replacement.Value.New)))
            AskToReplace(host);
        if (!_activating && !_repairWanted && host.State is UpstairsState.Initializing or UpstairsState.Disabled)
            Activate(host);
        clock.After(random.Between(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(3)), Tend);
    }

    private void Activate(UpstairsHost host)
    {
        if (_activating || _repairWanted)
            return;
        _activating = true;
        var generation = MayInterfere && random.Chance(0.15) ? _generation : ++_generation;
        host.Ask(id => new UpstairsInput.Activate(id, new Generation(generation)), answer =>
        {
            if (host == Newest.Host)
                _activating = false;
            Activated(host, ((UpstairsEffect.ActivationAnswered)answer).Error);
        });
    }

    private void Activated(UpstairsHost host, CrucibleError? error)
    {
        switch (error)
        {
            case null:
                statistics.Count(host.Number == 1 ? Sight.Activated : Sight.ActivatedByNewerUpstairs);
                host.Begin(history.Begin(host.Ids, [.. host.Status().Slots.Select(slot => ServerAt(slot.Target))]));
                break;
            case CrucibleError.WithText { Kind: CrucibleErrorKind.GenericError } e
                when e.Text.StartsWith("copies differ", StringComparison.Ordinal):
                statistics.Count(Sight.RefusedCopiesDiffer);
                _repairWanted |= host == Newest.Host;
                break;
            case CrucibleError.Negotiation { Error: NegotiationError.GenerationNumberTooLow e }:
                statistics.Count(Sight.RefusedGeneration);
                _generation = Math.Max(_generation, e.Actual);
                break;
            case CrucibleError.WithText { Kind: CrucibleErrorKind.GenericError }:
                statistics.Count(Sight.ActivationWithdrawn);
                break;
            case { Kind: CrucibleErrorKind.NoLongerActive }:
                break;
            default:
                throw new SimulationFailure("L1", $"{host} was refused: {error.Describe()}");
        }
    }

    private void AskToReplace(UpstairsHost host)
    {
        if (_replacement is not { } wanted)
            return;
        var before = host.State;
        host.Ask(id => new UpstairsInput.Replace(id, wanted.Old, wanted.New), answer =>
        {
            switch (((UpstairsEffect.ReplaceAnswered)answer).Outcome)
            {
                case ReplaceOutcome.Started:
                    if (before == UpstairsState.GoActive)
                        statistics.Count(Sight.ReplacedWhileActivating);
                    if (before == UpstairsState.Active)
                        statistics.Count(Sight.ReplacedWhileActive);
                    break;
                case ReplaceOutcome.Refused refused:
                    statistics.Count(Sight.ReplacementRefused);
                    if (host == Newest.Host && refused.Duration == RefusalDuration.Permanent)
                        clock.After(TimeSpan.FromSeconds(1), () => StartOver(host));
                    break;
                default:
                    break;
            }
        });
    }

    /// <summary>This upstairs will not take the replacement: a new one is told the new target from the start.</summary>
    private void StartOver(UpstairsHost host)
    {
        if (!host.Alive || host != Newest.Host)
            return;
        host.Kill();
        _upstairs.RemoveAt(_upstairs.Count - 1);
        StartUpstairs(++_generation);
    }

    private void LetGo(UpstairsHost host)
    {
        statistics.Count(Sight.ForcedDeactivation);
        host.Tell(new UpstairsInput.ForceDeactivate());
        if (host.Outstanding > 0)
            throw new SimulationFailure("L4", $"{host} was let go and left {host.Outstanding} requests unanswered");
    }

    private void StartRival()
    {
        if (_upstairs.Count < 3)
            StartUpstairs(++_generation);
    }

    private void StopAtRandom()
    {
        var host = random.Pick(_upstairs).Host;
        switch (random.Below(4))
        {
            case 0:
                LetGo(host);
                break;
            case 1:
                host.Tell(new UpstairsInput.Abandon(null));
                break;
            default:
                if (Newest.Host.State == UpstairsState.Active)
                    Deactivate();
                break;
        }
    }

    private void Repeat(TimeSpan? mean, Action action)
    {
        if (mean is not { } pause)
            return;
        clock.After(random.Between(pause / 5, pause * 1.8), () =>
        {
            if (!MayInterfere)
                return;
            action();
            Repeat(mean, action);
        });
    }
}
