using System.Diagnostics;
using System.Net;
using Crucible.Core.Downstairs;
using Crucible.Simulation.Checks;
using Crucible.Wire;

namespace Crucible.Simulation.World;

/// <summary>
/// Hosts a <see cref="DownstairsMachine"/>: a process on a virtual disk, which dies and starts again. Storage does one
/// piece of work after another, and copies of extents from other servers beside it.
/// </summary>
internal sealed class DiskServer(
    IPEndPoint address, int machineNumber, RegionStore store, bool readOnly, Network network, Setting setting,
    SeededRandom random)
{
    public const int RepairPortOffset = 4000;
    private static readonly TimeSpan CopyPatience = TimeSpan.FromSeconds(20);
    private readonly Dictionary<ConnectionNumber, Connection> _connections = [];
    private readonly Queue<(WorkNumber Number, StorageWork Work)> _work = new();
    private readonly List<Copy> _copies = [];
    private readonly FencingCheck _fencing = new(address, readOnly);
    private DownstairsMachine? _machine;
    private StorageWork? _atWork;
    private int _starts;
    private int _failures;
    private int _syncFailures;
    private bool _failuresPass;
    private int _slowness = 1;

    public IPEndPoint Address => address;

    /// <summary>The machine it runs on; those of one machine lose power together.</summary>
    public int MachineNumber => machineNumber;

    public RegionStore Store => store;

    public bool Running => _machine is not null;

    /// <summary>The disk is gone for good; the server stays down.</summary>
    public bool DiskLost { get; private set; }

    /// <summary>Who was last told that it is the active upstairs here.</summary>
    public SessionIds? Announced => _fencing.Announced;

    /// <summary>Jobs that arrived and were not answered.</summary>
    public int JobCount => _machine?.JobCount ?? 0;

    public void Start()
    {
        if (Running || DiskLost)
            return;
        setting.Trace.Add($"{this} starts");
        _starts++;
        store.ReopenAll();
        _machine = new DownstairsMachine(
            new DownstairsSettings(
                store.Definition, readOnly, new IPEndPoint(address.Address, address.Port + RepairPortOffset)),
            store.Promotion, store.Flushed);
    }

    /// <summary>The process is killed; what it wrote is still there.</summary>
    public void Kill()
    {
        if (!Running)
            return;
        setting.Trace.Add($"{this} is killed");
        setting.Count(Mark.ServerKilled);
        if (_atWork is StorageWork.Perform { Message: Message.Flush })
            setting.Count(Mark.CrashedDuringFlush);
        if (_copies.Count > 0)
            setting.Count(Mark.CrashedDuringCopy);
        _machine = null;
        foreach (var connection in _connections.Values.ToArray())
            connection.Cut();
        _connections.Clear();
        _work.Clear();
        _copies.Clear();
        store.Kill(_atWork, random);
        _atWork = null;
        _failures = _syncFailures = 0;
        _slowness = 1;
    }

    /// <summary>Power is lost: of what was not flushed anything may be gone.</summary>
    public void LosePower()
    {
        Kill();
        setting.Trace.Add($"{this} has no power");
        setting.Count(Mark.PowerLost);
        if (store.LosePower(random))
            setting.Count(Mark.UnsyncedWritesLost);
    }

    /// <summary>
    /// What was written before a barrier is forgotten everywhere and flushed nowhere. The moment is short, so a server is made
    /// to lose its power in it more often than the schedule would.
    /// </summary>
    private void LosePowerBriefly()
    {
        if (!setting.MayFail)
            return;
        LosePower();
        setting.Clock.After(random.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)), Start);
    }

    public void LoseDisk()
    {
        Kill();
        setting.Trace.Add($"{this} loses its disk");
        setting.Count(Mark.DiskLost);
        DiskLost = true;
    }

    /// <summary>The next pieces of work fail.</summary>
    /// <param name="count">How many.</param>
    /// <param name="mayPass">Another attempt at the same could succeed.</param>
    public void FailWork(int count, bool mayPass)
    {
        setting.Trace.Add($"{this} will fail {count} times{(mayPass ? "" : " for good")}");
        (_failures, _failuresPass) = (count, mayPass);
    }

    /// <summary>The next flushes fail after some of their data reached the disk.</summary>
    public void FailSync(int count, bool mayPass)
    {
        setting.Trace.Add($"{this} will fail to sync {count} times{(mayPass ? "" : " for good")}");
        (_syncFailures, _failuresPass) = (count, mayPass);
    }

    /// <summary>Everything takes so many times as long.</summary>
    public void BeSlow(int factor)
    {
        setting.Trace.Add($"{this} is {factor} times as slow");
        _slowness = factor;
    }

    public void StopFailing()
    {
        _failures = _syncFailures = 0;
        _slowness = 1;
    }

    public void Accept(Connection connection)
    {
        _connections.Add(NumberOf(connection), connection);
        Machine.Opened(NumberOf(connection));
    }

    public void Received(Connection connection, Message message)
    {
        if (!_connections.ContainsKey(NumberOf(connection)))
            return;
        setting.Trace.Add($"{this} c{connection.Number} gets {MessageText.Of(message)}");
        if (message is Message.LastFlush m && store.Flushed is { } mark && mark.Session == Announced?.Session
            && mark.Job.Value > (m.LastFlushJob?.Value ?? 0))
        {
            setting.Count(Mark.ReplayAfterLostFlushAnswer);
        }

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
                setting.Trace.Add($"{this} closes c{e.Connection.Value}: {e.Cause}");
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

    private TimeSpan StorageDelay() =>
        random.Between(setting.Climate.StorageDelay / 20, setting.Climate.StorageDelay) * _slowness;

    private void WorkOn()
    {
        if (_atWork is not null || !_work.TryDequeue(out var next))
            return;
        _atWork = next.Work;
        AfterInThisLife(StorageDelay(), () =>
        {
            _atWork = null;
            if (Do(next.Number, next.Work) is { } result)
                Done(next.Number, result);
            WorkOn();
        });
    }

    private void Done(WorkNumber number, StorageResult result)
    {
        var effects = new List<DownstairsEffect>();
        Machine.WorkDone(number, result, effects);
        CarryOut(effects);
    }

    /// <summary>Null if the answer comes later.</summary>
    private StorageResult? Do(WorkNumber number, StorageWork work)
    {
        if (InjectedFailure(work) is { } failure)
            return failure;
        if (work is StorageWork.Promote)
            StopCopies();
        if (work is not StorageWork.Perform { Message: var message })
            return store.Do(work);
        setting.Trace.Add($"{this} does {MessageText.Of(message)}");
        _fencing.Executing(message);
        CheckNotFlushedOver(message);
        if (message is Message.Barrier && setting.MayFail && random.Chance(0.2))
            AfterInThisLife(random.Between(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1)), LosePowerBriefly);
        return message switch
        {
            Message.ExtentRepair m => BeginCopy(number, m.Extent, m.SourceRepairAddress),
            Message.ExtentLiveRepair m => BeginCopy(number, m.Extent, m.SourceRepairAddress),
            Message.ExtentReopen m when IsCopying(m.Extent) => Failed("the extent is being copied"),
            Message.ExtentLiveReopen m when IsCopying(m.Extent) => Failed("the extent is being copied"),
            _ => store.Do(work),
        };
    }

    /// <summary>
    /// What a flush made durable is not written again by a replay: an older version would be back for a while.
    /// </summary>
    private void CheckNotFlushedOver(Message message)
    {
        var (ids, job) = message switch
        {
            Message.Write m => (m.Ids, m.Job),
            Message.WriteUnwritten m => (m.Ids, m.Job),
            _ => (default, default),
        };
        if (store.Flushed is { } mark && mark.Session == ids.Session && job.Value <= mark.Job.Value)
            throw new SimulationFailure("S1", $"{this} does {job} again, which is before {mark.Job}, a durable flush");
    }

    private StorageResult.Failed? InjectedFailure(StorageWork work)
    {
        if (_syncFailures > 0 && work is StorageWork.Perform { Message: Message.Flush or Message.ExtentLiveFlushClose })
        {
            _syncFailures--;
            setting.Count(Mark.SyncFailed);
            store.FailSync(random);
            return new StorageResult.Failed(CrucibleError.Io("the virtual disk could not sync"), _failuresPass);
        }

        if (_failures == 0)
            return null;
        _failures--;
        setting.Count(Mark.WorkFailed);
        return new StorageResult.Failed(CrucibleError.Io("the virtual disk failed"), _failuresPass);
    }

    private bool IsCopying(ExtentId extent) => _copies.Exists(copy => copy.Extent == extent);

    private StorageResult.Failed? BeginCopy(WorkNumber number, ExtentId extent, IPEndPoint from)
    {
        if (IsCopying(extent) || !store.IsClosed(extent) || store.HasWaiting(extent))
            return Failed("the extent is open or being copied");
        var copy = new Copy(number, extent);
        _copies.Add(copy);
        var takes = StorageDelay() + network.Delay() + network.Delay();
        AfterInThisLife(takes, () => Fetch(copy, from, setting.Now + CopyPatience));
        return null;
    }

    /// <summary>The source is asked whether the extent is still closed only when everything has been read.</summary>
    private void Fetch(Copy copy, IPEndPoint from, DateTimeOffset until)
    {
        if (!_copies.Contains(copy))
            return;
        var source = network.WithRepairAddress(from);
        var reachable = source is { Running: true } && !network.IsSilent(Network.Everybody, source.Address)
            && !network.IsSilent(Network.Everybody, address);
        if (source is { Running: true } && !reachable && setting.Now < until)
        {
            AfterInThisLife(TimeSpan.FromSeconds(2), () => Fetch(copy, from, until));
            return;
        }

        _copies.Remove(copy);
        if (!reachable || source is null || !(source.IsStable(copy.Extent)))
        {
            setting.Trace.Add($"{this} cannot copy {copy.Extent} from {from.Port - RepairPortOffset}");
            setting.Count(Mark.ExtentCopyFailed);
            Done(copy.Number, Failed("the copy could not be fetched"));
            return;
        }

        var image = source.Store.Export(copy.Extent);
        setting.Trace.Add(
            $"{this} copied {copy.Extent} from {source}: {image.State.Generation}/{image.State.FlushNumber}");
        setting.Count(Mark.ExtentCopied);
        store.TakeIn(copy.Extent, image);
        Done(copy.Number, StorageResult.Done.Instance);
    }

    private bool IsStable(ExtentId extent) => readOnly || store.IsClosed(extent);

    /// <summary>What the last upstairs wanted copied must not land in what the next one is told.</summary>
    private void StopCopies()
    {
        foreach (var copy in _copies.ToArray())
        {
            _copies.Remove(copy);
            Done(copy.Number, Failed("the copy was given up"));
        }
    }

    private static StorageResult.Failed Failed(string why) =>
        new(new CrucibleError.WithText(CrucibleErrorKind.RepairRequestError, why), MayPass: false);

    private void AfterInThisLife(TimeSpan delay, Action action)
    {
        var life = _starts;
        setting.Clock.After(delay, () =>
        {
            if (Running && _starts == life)
                action();
        });
    }

    private sealed record Copy(WorkNumber Number, ExtentId Extent);
}
