using System.Net;
using Crucible.Core.Upstairs;
using Crucible.Simulation.Checks;
using Crucible.Wire;

namespace Crucible.Simulation.World;

/// <summary>
/// One volume with its disk servers, and its operator: wants the newest upstairs active, hands out generations, and
/// does
/// to it what the schedule says. Replacing a target is in the other file.
/// </summary>
internal sealed partial class Volume
{
    private readonly VolumeShape _shape;
    private readonly Network _network;
    private readonly Setting _setting;
    private readonly SeededRandom _random;
    private readonly StoreDefect _defect;
    private readonly VolumeHistory _history;
    private readonly List<DiskServer> _servers = [];
    private readonly List<(UpstairsHost Host, Guest Guest)> _upstairs = [];
    private readonly DiskServer[] _targets;
    private readonly UpstairsId _id;
    private readonly ulong[]? _preloaded;
    private ulong _generation;
    private bool _activating;

    public Volume(
        int number, VolumeShape shape, Network network, Setting setting, SeededRandom random, StoreDefect defect)
    {
        (Number, _shape, _network, _setting, _random, _defect) = (number, shape, network, setting, random, defect);
        _id = new UpstairsId(random.NextGuid());
        _history = new VolumeHistory(shape);
        _preloaded = shape.ReadOnly ? _history.Preload() : null;
        _targets = [.. Enumerable.Range(0, ProtocolLimits.Slots).Select(NewServer)];
    }

    public int Number { get; }

    public VolumeShape Shape => _shape;

    /// <summary>All that ever were targets, oldest first.</summary>
    public IReadOnlyList<DiskServer> Servers => _servers;

    public IReadOnlyList<DiskServer> Targets => _targets;

    public (UpstairsHost Host, Guest Guest) Newest => _upstairs[^1];

    /// <summary>Everything is as it should be.</summary>
    public bool IsWhole => Newest.Host.Incarnation is not null && Newest.Host.State == UpstairsState.Active
        && _replacement is null && Newest.Host.Status().Slots.All(slot => slot.Active);

    public VolumeHistory History => _history;

    public void Start()
    {
        StartUpstairs(++_generation);
        Tend();
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

    /// <summary>Does one line of the schedule.</summary>
    public void Do(Happening asked)
    {
        switch (asked.Deed)
        {
            case <= Deed.Snapshot:
                GuestFor(asked).Do(asked);
                break;
            case Deed.Burst:
                Newest.Guest.Burst(_setting.Climate.Load);
                break;
            case Deed.Deactivate:
                if (Newest.Host.State == UpstairsState.Active)
                    Deactivate();
                break;
            case Deed.ForceDeactivate:
                LetGo(_upstairs[asked.A % _upstairs.Count].Host);
                break;
            case Deed.AbandonActivation:
                _upstairs[asked.A % _upstairs.Count].Host.Tell(new UpstairsInput.Abandon(null));
                break;
            case Deed.CrashUpstairs:
                CrashUpstairs(sameGeneration: asked.B == 0);
                break;
            case Deed.TakeOver:
                TakeOver();
                break;
            case Deed.Replace:
                ReplaceAtWill(asked);
                break;
            case Deed.LoseDisk:
                LoseDisk(asked);
                break;
            default:
                Harm(asked);
                break;
        }
    }

    /// <summary>Kills the newest upstairs; another one takes its place.</summary>
    public void CrashUpstairs(bool sameGeneration)
    {
        _setting.Count(Mark.UpstairsCrashed);
        NoteInSync();
        var last = Newest;
        last.Host.Kill();
        _upstairs.Remove(last);
        StartUpstairs(sameGeneration ? _generation : ++_generation);
    }

    /// <summary>What a person needs to know of it.</summary>
    public string Describe()
    {
        var status = Newest.Host.Status();
        var slots = status.Slots.Select(
            s => $"{s.Slot} {s.Target.Port} active {s.Active} {s.Mode} {s.Step}, it {s.WaitingFor} ({s.LastError})");
        return $"volume {Number} is {status.State}, {status.Generation}; {string.Join("; ", slots)}";
    }

    private Guest GuestFor(Happening asked) =>
        _upstairs.Count > 1 && _random.Chance(0.25) ? _upstairs[asked.A % _upstairs.Count].Guest : Newest.Guest;

    private DiskServer NewServer(int machine)
    {
        var definition = new RegionDefinition(
            (ulong)_shape.BlockSize,
            new Block((ulong)_shape.BlocksPerExtent, (uint)ulong.Log2((ulong)_shape.BlockSize)),
            (uint)_shape.Extents, new RegionId(_random.NextGuid()), Encrypted: false);
        var store = new RegionStore(definition, _defect);
        if (_preloaded is { } versions)
        {
            store.Load(
                block => Preloaded(block, versions[block]), new(new Generation(1), new FlushNumber(1), Dirty: false));
        }


        var server = new DiskServer(
            new IPEndPoint(IPAddress.Loopback, _setting.NextPort()), machine, store, _shape.ReadOnly, _network,
            _setting, _random.Fork());
        _network.Add(server);
        _servers.Add(server);
        server.Start();
        return server;
    }

    private RegionStore.Stored Preloaded(int block, ulong version)
    {
        var data = new byte[_shape.BlockSize];
        BlockPattern.Fill(data, block, version);
        return new RegionStore.Stored(data, BlockHash.Plain(data));
    }

    private DiskServer ServerAt(IPEndPoint address) => _servers.First(server => server.Address.Equals(address));

    private void StartUpstairs(ulong generation)
    {
        PutReplacementInPlace();
        var config = new RegionSetConfig(
            new SessionIds(_id, new SessionId(_random.NextGuid())), new Generation(generation),
            [.. _targets.Select(server => server.Address)], (ulong)_shape.BlockSize, (ulong)_shape.BlocksPerExtent,
            (uint)_shape.Extents, _shape.ReadOnly, FlushTimeout: TimeSpan.FromMilliseconds(500),
            ActivationQuorum: _shape.Quorum, QuorumGrace: TimeSpan.FromSeconds(2),
            Unsynced: _shape.Quorum < ProtocolLimits.Slots ? BlankSlots() : null);
        var host = new UpstairsHost(config, _network, _setting);
        host.Remade = () => host.Begin(_history.Begin(host.Ids, InService(host)));
        var guest = new Guest(host, _history, _shape, _setting, () => _servers);
        _setting.Trace.Add($"volume {Number}: {host} starts with generation {generation}");
        _upstairs.Add((host, guest));
        _activating = false;
    }

    /// <summary>
    /// What a volume's record keeps for the next upstairs: with all three there the comparison tells which are new, but
    /// where two may be enough nothing else does.
    /// </summary>
    private ClientId[] BlankSlots() =>
    [
        .. Enumerable.Range(0, _targets.Length).Where(slot => _blankServers.Contains(_targets[slot]))
            .Select(slot => new ClientId((byte)slot)),
    ];

    /// <summary>Of this upstairs, which may have been superseded: then the volume's own have changed without it.</summary>
    private DiskServer[] TargetsOf(UpstairsHost host) => [.. host.Status().Slots.Select(slot => ServerAt(slot.Target))];

    private DiskServer[] InService(UpstairsHost host) =>
        [.. host.Status().Slots.Where(slot => slot.Active).Select(slot => ServerAt(slot.Target))];

    /// <summary>Looks after the newest upstairs every now and then.</summary>
    private void Tend()
    {
        var host = Newest.Host;
        if (IsWhole)
            _blankTargets = false;
        NoteInSync();
        AskForReplacement();
        if (!_activating && host.State is UpstairsState.Initializing or UpstairsState.Disabled)
            Activate(host);
        _setting.Clock.After(_random.Between(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(3)), Tend);
    }

    private void Activate(UpstairsHost host)
    {
        _activating = true;
        var generation = _setting.MayFail && _random.Chance(0.15) ? _generation : ++_generation;
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
                Count(host);
                host.Begin(_history.Begin(host.Ids, InService(host)));
                if (InService(host) is { Length: UpstairsLimits.WriteQuorum } two && !_shape.ReadOnly)
                    LoseOneOf(two);
                break;
            case CrucibleError.Negotiation { Error: NegotiationError.GenerationNumberTooLow e }:
                _setting.Count(Mark.ActivationRefusedGeneration);
                _generation = Math.Max(_generation, e.Actual);
                break;
            case CrucibleError.WithText { Kind: CrucibleErrorKind.GenericError }:
                _setting.Count(Mark.ActivationWithdrawn);
                break;
            case { Kind: CrucibleErrorKind.NoLongerActive }:
                break;
            default:
                throw new SimulationFailure("L1", $"{host} was refused: {error.Describe()}");
        }
    }

    private void Count(UpstairsHost host)
    {
        _setting.Count(_shape.ReadOnly ? Mark.ReadOnlyActivated
            : host.WasActive ? Mark.ActivatedAgain
            : host == _upstairs[0].Host && _generation == 1 ? Mark.Activated
            : Mark.ActivatedByNewerUpstairs);
        if (_shape.ReadOnly && InService(host).Length == 1)
            _setting.Count(Mark.ReadOnlyServedByOne);
    }

    /// <summary>Cleanly stops the newest upstairs; it will be activated again.</summary>
    private void Deactivate()
    {
        var host = Newest.Host;
        var by = host.Incarnation;
        var covered = by?.LastOfAll() ?? [];
        host.Ask(id => new UpstairsInput.Deactivate(id), answer =>
        {
            if (answer is not UpstairsEffect.DeactivationAnswered { Error: null })
            {
                _setting.Count(Mark.DeactivatedUnflushed);
                return;
            }

            _setting.Count(Mark.Deactivated);
            if (by is not null && !_shape.ReadOnly)
                _history.FlushDone(by, covered, TargetsOf(host));
        });
    }

    private void LetGo(UpstairsHost host)
    {
        _setting.Count(Mark.ForcedDeactivation);
        host.Tell(new UpstairsInput.ForceDeactivate());
        if (host.Outstanding > 0)
            throw new SimulationFailure("L4", $"{host} was let go and left {host.Outstanding} requests unanswered");
    }

    private void TakeOver()
    {
        if (_upstairs.Count >= 3)
            return;
        _setting.Count(Mark.TakenOver);
        NoteInSync();
        StartUpstairs(++_generation);
    }
}
