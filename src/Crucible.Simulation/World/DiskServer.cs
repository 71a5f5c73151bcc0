using System.Diagnostics;
using System.Net;
using Crucible.Core.Downstairs;
using Crucible.Wire;
using Crucible.Simulation.Checks;

namespace Crucible.Simulation.World;

/// <summary>
/// Hosts a <see cref="DownstairsMachine"/>: a process on a virtual disk, which crashes and starts again.
/// </summary>
internal sealed class DiskServer(
    IPEndPoint address, RegionStore store, VirtualClock clock, Trace trace, SeededRandom random, Climate climate,
    Statistics statistics)
{
    private readonly Dictionary<ConnectionNumber, Connection> _connections = [];
    private readonly Queue<(WorkNumber Number, StorageWork Work)> _work = new();
    private readonly FencingCheck _fencing = new(address);
    private DownstairsMachine? _machine;
    private StorageWork? _atWork;
    private int _starts;
    private int _failures;
    private bool _failuresPass;

    public IPEndPoint Address => address;

    public RegionStore Store { get; private set; } = store;

    public bool Running => _machine is not null;

    /// <summary>The disk is gone for good; the server stays down until it is given another.</summary>
    public bool DiskLost { get; private set; }

    /// <summary>Who was last told that it is the active upstairs here.</summary>
    public SessionIds? Announced => _fencing.Announced;

    /// <summary>Jobs that arrived and were not answered.</summary>
    public int JobCount => _machine?.JobCount ?? 0;

    public void Start()
    {
        if (Running || DiskLost)
            return;
        trace.Add($"{this} starts");
        _starts++;
        _machine = new DownstairsMachine(
            new DownstairsSettings(
                Store.Definition, ReadOnly: false, new IPEndPoint(address.Address, address.Port + 4000)),
            Store.Promotion);
    }

    /// <summary>Power is lost: connections end, and of what was not flushed anything may be lost.</summary>
    public void Crash()
    {
        if (!Running)
            return;
        trace.Add($"{this} crashes");
        statistics.Count(Sight.ServerCrashed);
        _machine = null;
        foreach (var connection in _connections.Values.ToArray())
            connection.Cut();
        _connections.Clear();
        _work.Clear();
        Store.Crash(_atWork, random);
        _atWork = null;
        _failures = 0;
    }

    public void LoseDisk()
    {
        Crash();
        trace.Add($"{this} loses its disk");
        statistics.Count(Sight.DiskLost);
        DiskLost = true;
    }

    /// <summary>The next pieces of work fail.</summary>
    /// <param name="count">How many.</param>
    /// <param name="mayPass">Another attempt at the same could succeed.</param>
    public void FailWork(int count, bool mayPass)
    {
        trace.Add($"{this} will fail {count} times{(mayPass ? "" : " for good")}");
        (_failures, _failuresPass) = (count, mayPass);
    }

    public void StopFailing() => _failures = 0;

    public void Accept(Connection connection)
    {
        _connections.Add(NumberOf(connection), connection);
        Machine.Opened(NumberOf(connection));
    }

    public void Received(Connection connection, Message message)
    {
        if (!_connections.ContainsKey(NumberOf(connection)))
            return;
        if (message is not Message.Ruok)
            trace.Add($"{this} c{connection.Number} gets {MessageText.Of(message)}");
        var effects = new List<DownstairsEffect>();
        Machine.Received(NumberOf(connection), message, effects);
        CarryOut(effects);
    }

    public void ConnectionEnded(Connection connection)
    {
        if (_connections.Remove(NumberOf(connection)))
            Machine.Ended(NumberOf(connection));
    }

    public override string ToString() => $"server {address.Port}";

    private DownstairsMachine Machine => _machine ?? throw new UnreachableException($"{this} does not run");

    private static ConnectionNumber NumberOf(Connection connection) => new((ulong)connection.Number);

    private void CarryOut(List<DownstairsEffect> effects)
    {
        foreach (var effect in effects)
            CarryOut(effect);
    }

    private void CarryOut(DownstairsEffect effect)
    {
        switch (effect)
        {
            case DownstairsEffect.Send e:
                if (e.Message is Message.YouAreNowActive active)
                    _fencing.Announce(active);
                if (_connections.TryGetValue(e.Connection, out var to))
                    to.Send(to.Host, e.Message);
                break;
            case DownstairsEffect.Close e:
                trace.Add($"{this} closes c{e.Connection.Value}: {e.Cause}");
                if (_connections.Remove(e.Connection, out var closed))
                    closed.CloseFrom(closed.Host);
                break;
            case DownstairsEffect.Execute e:
                _work.Enqueue((e.Number, e.Work));
                WorkOn();
                break;
            case DownstairsEffect.RetryAfter e:
                AfterInThisLife(e.Delay, () =>
                {
                    var effects = new List<DownstairsEffect>();
                    Machine.RetryDue(e.Connection, e.Ticket, effects);
                    CarryOut(effects);
                });
                break;
            default:
                throw new UnreachableException($"{effect}");
        }
    }

    private void WorkOn()
    {
        if (_atWork is not null || !_work.TryDequeue(out var next))
            return;
        _atWork = next.Work;
        AfterInThisLife(random.Between(climate.StorageDelay / 20, climate.StorageDelay), () =>
        {
            _atWork = null;
            var result = Do(next.Work);
            var effects = new List<DownstairsEffect>();
            Machine.WorkDone(next.Number, result, effects);
            CarryOut(effects);
            WorkOn();
        });
    }

    private StorageResult Do(StorageWork work)
    {
        if (_failures > 0)
        {
            _failures--;
            statistics.Count(Sight.StorageFailed);
            return new StorageResult.Failed(CrucibleError.Io("the virtual disk failed"), _failuresPass);
        }

        if (work is StorageWork.Perform perform)
        {
            trace.Add($"{this} does {MessageText.Of(perform.Message)}");
            _fencing.Executing(perform.Message);
        }

        return Store.Do(work);
    }

    private void AfterInThisLife(TimeSpan delay, Action action)
    {
        var life = _starts;
        clock.After(delay, () =>
        {
            if (Running && _starts == life)
                action();
        });
    }
}
