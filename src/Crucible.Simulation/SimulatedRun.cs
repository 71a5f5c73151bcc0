using System.Net;
using Crucible.Core.Upstairs;
using Crucible.Wire;
using Crucible.Simulation.Checks;
using Crucible.Simulation.World;

namespace Crucible.Simulation;

/// <summary>
/// One run of one seed: an upstairs (at times several) and four disk servers, first with faults, then without. It
/// breaks off at the first rule that does not hold.
/// </summary>
public sealed class SimulatedRun
{
    private const int ServerCount = 4;
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(200);
    private static readonly TimeSpan WholeLimit = TimeSpan.FromSeconds(400);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

    private readonly VirtualClock _clock;
    private readonly Trace _trace;
    private readonly Climate _climate;
    private readonly VolumeShape _shape;
    private readonly DiskServer[] _servers;
    private readonly Network _network;
    private readonly ControlPlane _control;
    private readonly Weather _weather;

    private SimulatedRun(ulong seed, StoreDefect defect)
    {
        var random = new SeededRandom(seed);
        _clock = new VirtualClock(random.Fork());
        _trace = new Trace(_clock);
        _climate = Climate.Draw(random);
        _shape = VolumeShape.Draw(random);
        _trace.Add($"seed {seed}: {_shape}, {_climate}");
        _network = new Network(_clock, _trace, random.Fork(), _climate);
        _servers = [.. Enumerable.Range(0, ServerCount).Select(i => NewServer(i, random, defect))];
        var history = new VolumeHistory(_shape.Blocks);
        _control = new ControlPlane(
            _shape, _servers, _network, history, _clock, _trace, random.Fork(), _climate, Statistics);
        _weather = new Weather(_servers, _network, _control, _clock, random.Fork(), _climate);
    }

    private Statistics Statistics { get; } = new();

    /// <summary>Runs one seed to its end or to the first rule that is broken.</summary>
    public static RunOutcome Of(ulong seed, StoreDefect defect = StoreDefect.None)
    {
        var run = new SimulatedRun(seed, defect);
        Exception? failure = null;
        try
        {
            run.Play();
        }
        catch (Exception e)
        {
            failure = e;
        }

        return new RunOutcome(
            seed, failure, run._trace.Hash, run._trace.Tail(), run.Statistics, run._clock.EventsRun);
    }

    private DiskServer NewServer(int i, SeededRandom random, StoreDefect defect)
    {
        var definition = new RegionDefinition(
            BlockPattern.BlockSize, new Block((ulong)_shape.BlocksPerExtent, 9), (uint)_shape.Extents,
            new RegionId(random.NextGuid()), Encrypted: false);
        var server = new DiskServer(
            new IPEndPoint(IPAddress.Loopback, 9000 + i), new RegionStore(definition, defect), _clock, _trace,
            random.Fork(), _climate, Statistics);
        _network.Add(server);
        return server;
    }

    private void Play()
    {
        foreach (var server in _servers)
            server.Start();
        _control.Start();
        _weather.Start();
        _clock.RunUntil(_clock.Now + _climate.Duration);
        CalmDown();
        BecomeWhole();
        UseIt();
    }

    /// <summary>Faults and new requests stop; every request must be answered.</summary>
    private void CalmDown()
    {
        _trace.Add("calm");
        _weather.Stop();
        _control.MayInterfere = false;
        foreach (var (_, guest) in _control.Upstairs)
            guest.Busy = false;
        foreach (var server in _servers.Where(server => server.DiskLost && _control.Targets.Contains(server)))
            _control.Replace(server);
        _control.EndRivals();
        if (_clock.RunUntil(() => _control.Newest.Guest.Outstanding == 0, _clock.Now + SettleLimit))
            return;
        // A flush waits for two copies. While one can only come back by live repair, which there is not yet, and that
        // keeps another from being replaced, only letting go ends the wait.
        if (!_control.Newest.Host.Status().Slots.Any(slot => slot.Step == SlotStep.LiveRepairReady))
            throw new SimulationFailure("L4", $"requests of the guest are not answered: {State()}");
        Statistics.Count(Sight.WaitEndedByForce);
        _control.ForceDeactivate();
    }

    /// <summary>
    /// The volume must come back to three equal copies in service, with no more than an operator's help.
    /// </summary>
    private void BecomeWhole()
    {
        Await(SettleLimit, "L1", () => _control.Newest.Host.Incarnation is not null, State);
        if (!_clock.RunUntil(() => _control.IsWhole, _clock.Now + TimeSpan.FromSeconds(60)))
        {
            Statistics.Count(Sight.RepairWaitedFor);
            _control.Deactivate();
        }

        Await(WholeLimit, "L1", () => _control.IsWhole, State);
    }

    private void UseIt()
    {
        var guest = _control.Newest.Guest;
        var failed = guest.Failed;
        for (var round = 0; round < 2; round++)
        {
            for (var block = 0; block < _shape.Blocks; block++)
                guest.Read(block, 1);
            for (var block = 0; block < _shape.Blocks; block++)
                guest.Write(block, 1, onlyUnwritten: false);
            guest.Flush();
            Await(AnswerLimit, "L4", () => guest.Outstanding == 0, () => $"{guest.Outstanding} requests wait in calm");
        }

        if (guest.Failed != failed)
            throw new SimulationFailure("L1", "requests fail although nothing is wrong any more");
        Await(
            SettleLimit, "Invariant 4", () => _control.Targets.All(server => server.JobCount == 0),
            () => "a server holds jobs that it will never do");
    }

    private void Await(TimeSpan limit, string rule, Func<bool> condition, Func<string> otherwise)
    {
        if (!_clock.RunUntil(condition, _clock.Now + limit))
            throw new SimulationFailure(rule, $"after {limit.TotalSeconds:0} s without faults: {otherwise()}");
    }

    private string State()
    {
        var status = _control.Newest.Host.Status();
        var slots = status.Slots.Select(
            s => $"{s.Slot} {s.Target.Port} active {s.Active} {s.Mode} {s.Step}, it {s.WaitingFor} ({s.LastError})");
        return $"upstairs is {status.State}, {status.Generation}; {string.Join("; ", slots)}";
    }
}
