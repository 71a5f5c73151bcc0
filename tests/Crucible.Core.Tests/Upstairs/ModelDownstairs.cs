using System.Net;
using Crucible.Wire;

namespace Crucible.Core.Tests.Upstairs;

/// <summary>
/// A server that behaves as the protocol says, in memory: negotiation, jobs ordered by their dependencies alone, extents
/// that close, are copied from another server and open again, and a disk that forgets what was not flushed when the power
/// fails. One session at a time.
/// </summary>
/// <param name="others">By repair address; null where no copies are made.</param>
internal sealed class ModelDownstairs(
    RegionDefinition region, IPEndPoint? repairAddress = null, Func<IPEndPoint, ModelDownstairs?>? others = null)
{
    private readonly Dictionary<ulong, byte[]> _durable = [];
    private readonly Message.ExtentState[] _durableExtents = new Message.ExtentState[region.ExtentCount];
    private readonly bool[] _closed = new bool[region.ExtentCount];
    private readonly List<Message> _waiting = [];
    private readonly HashSet<JobId> _completed = [];
    private (SessionId Session, JobId Flush)? _lastFlush;
    private JobId? _done;
    private int _step;

    /// <summary>What was written, flushed or not.</summary>
    public Dictionary<ulong, byte[]> Blocks { get; private set; } = [];

    public Message.ExtentState[] Extents { get; private set; } = new Message.ExtentState[region.ExtentCount];

    public IReadOnlyList<Message> Waiting => _waiting;

    /// <summary>Whether it keeps the last flush of each session, and does not execute again what came before.</summary>
    public bool GuardsReplay { get; init; } = true;

    /// <summary>A connection begins; the one before is over.</summary>
    public void Connect()
    {
        _step = 0;
        _done = null;
        _waiting.Clear();
        _completed.Clear();
    }

    /// <summary>The power fails: only what was flushed is left, and extents that were written stay marked dirty.</summary>
    public void Crash()
    {
        Connect();
        Blocks = new Dictionary<ulong, byte[]>(_durable);
        Extents = [.. _durableExtents.Zip(Extents, (durable, last) => durable with { Dirty = last.Dirty })];
    }

    /// <summary>Takes a message; what it answers at once. Jobs are answered by <see cref="RunOne"/>.</summary>
    /// <returns>The answer, null for none. Throws if the peer broke the protocol.</returns>
    public Message? Receive(Message message)
    {
        switch (_step, message)
        {
            case (_, Message.Ruok):
                return new Message.Imok();
            case (0, Message.HereIAm):
                _step = 1;
                return new Message.YesItsMe(ProtocolLimits.Version, repairAddress ?? new IPEndPoint(IPAddress.Loopback, 7));
            case (1, Message.PromoteToActive m):
                _step = 2;
                Array.Clear(_closed);
                return new Message.YouAreNowActive(m.Ids, m.Generation);
            case (2, Message.RegionInfoPlease):
                _step = 3;
                return new Message.RegionInfo(region);
            case (3, Message.ExtentVersionsPlease):
                _step = 4;
                return new Message.ExtentVersions(
                    [.. Extents.Select(e => e.Generation)], [.. Extents.Select(e => e.FlushNumber)], [.. Extents.Select(e => e.Dirty)]);
            case (3, Message.LastFlush m):
                _step = 4;
                if (m.LastFlushJob is { } last)
                    _completed.Add(last);
                _done = GuardsReplay && _lastFlush is { } flushed ? flushed.Flush : null;
                return null;
            case (4, Message.ExtentFlush m):
                SyncExtent((int)m.Extent.Value, m.Generation, m.FlushNumber);
                return new Message.RepairAckId(m.RepairId);
            case (4, Message.ExtentClose m):
                Close(m.Extent);
                return new Message.RepairAckId(m.RepairId);
            case (4, Message.ExtentRepair m):
                return Copy(m.Extent, m.SourceRepairAddress) is { } error
                    ? new Message.ExtentError(m.RepairId, m.Extent, error)
                    : new Message.RepairAckId(m.RepairId);
            case (4, Message.ExtentReopen m):
                Reopen(m.Extent);
                return new Message.RepairAckId(m.RepairId);
            case (4, _):
                _waiting.Add(message);
                return null;
            default:
                throw new InvalidOperationException($"{message.Kind} at step {_step}");
        }
    }

    /// <summary>Does one of the jobs that need not wait, chosen by its place among them; null if there is none.</summary>
    public Message? RunOne(Func<int, int> choose)
    {
        var ready = _waiting.FindAll(m => DependenciesOf(m).All(_completed.Contains));
        if (ready.Count == 0)
            return null;
        var job = ready[choose(ready.Count)];
        _waiting.Remove(job);
        if (job is Message.Flush or Message.Barrier)
            _completed.Clear();
        _completed.Add(IdOf(job)!.Value);
        return Run(job, executed: _done is { } done && IdOf(job) <= done);
    }

    public static JobId? IdOf(Message message) => message switch
    {
        Message.Write m => m.Job,
        Message.WriteUnwritten m => m.Job,
        Message.Flush m => m.Job,
        Message.Barrier m => m.Job,
        Message.ReadRequest m => m.Job,
        Message.ExtentLiveClose m => m.Job,
        Message.ExtentLiveFlushClose m => m.Job,
        Message.ExtentLiveRepair m => m.Job,
        Message.ExtentLiveNoOp m => m.Job,
        Message.ExtentLiveReopen m => m.Job,
        _ => null,
    };

    public static JobId[] DependenciesOf(Message message) => message switch
    {
        Message.Write m => m.Dependencies,
        Message.WriteUnwritten m => m.Dependencies,
        Message.Flush m => m.Dependencies,
        Message.Barrier m => m.Dependencies,
        Message.ReadRequest m => m.Dependencies,
        Message.ExtentLiveClose m => m.Dependencies,
        Message.ExtentLiveFlushClose m => m.Dependencies,
        Message.ExtentLiveRepair m => m.Dependencies,
        Message.ExtentLiveNoOp m => m.Dependencies,
        Message.ExtentLiveReopen m => m.Dependencies,
        _ => [],
    };

    private Message Run(Message job, bool executed)
    {
        var ok = WireResult<Unit>.Ok(default);
        switch (job)
        {
            case Message.Write m:
                if (!executed)
                    Store(m.Start, m.Data, onlyUnwritten: false);
                return new Message.WriteAck(m.Ids, m.Job, ok);
            case Message.WriteUnwritten m:
                if (!executed)
                    Store(m.Start, m.Data, onlyUnwritten: true);
                return new Message.WriteUnwrittenAck(m.Ids, m.Job, ok);
            case Message.Flush m:
                if (!executed)
                    Sync(m);
                return new Message.FlushAck(m.Ids, m.Job, ok);
            case Message.Barrier m:
                return new Message.BarrierAck(m.Ids, m.Job, ok);
            case Message.ReadRequest m:
                return Fetch(m);
            case Message.ExtentLiveFlushClose m:
                SyncExtent((int)m.Extent.Value, m.Generation, m.FlushNumber);
                return Closed(m.Ids, m.Job, m.Extent);
            case Message.ExtentLiveClose m:
                return Closed(m.Ids, m.Job, m.Extent);
            case Message.ExtentLiveRepair m:
                if (Copy(m.Extent, m.SourceRepairAddress) is { } error)
                    return new Message.ErrorReport(m.Ids, m.Job, error);
                return new Message.ExtentLiveRepairAckId(m.Ids, m.Job, ok);
            case Message.ExtentLiveReopen m:
                Reopen(m.Extent);
                return new Message.ExtentLiveAckId(m.Ids, m.Job, ok);
            case Message.ExtentLiveNoOp m:
                return new Message.ExtentLiveAckId(m.Ids, m.Job, ok);
            default:
                throw new InvalidOperationException($"{job.Kind} is no job");
        }
    }

    private Message.ExtentLiveCloseAck Closed(SessionIds ids, JobId job, ExtentId extent)
    {
        Close(extent);
        return new Message.ExtentLiveCloseAck(
            ids, job, WireResult<Message.ExtentState>.Ok(Extents[extent.Value]));
    }

    private void Close(ExtentId extent)
    {
        if (_closed[extent.Value])
            throw new InvalidOperationException($"{extent} is closed twice");
        _closed[extent.Value] = true;
    }

    private void Reopen(ExtentId extent)
    {
        if (!_closed[extent.Value])
            throw new InvalidOperationException($"{extent} is opened twice");
        _closed[extent.Value] = false;
    }

    /// <summary>Takes over the other's closed extent, durably and whole. The other may have gone or opened it again.</summary>
    private CrucibleError? Copy(ExtentId extent, IPEndPoint from)
    {
        if (!_closed[extent.Value])
            throw new InvalidOperationException($"{extent} is copied and not closed");
        if (others?.Invoke(from) is not { } source || !source._closed[extent.Value])
            return new CrucibleError.WithText(CrucibleErrorKind.RepairRequestError, "the source has it open");
        var (first, past) = (extent.Value * region.ExtentSize.Value, (extent.Value + 1) * region.ExtentSize.Value);
        for (var block = first; block < past; block++)
        {
            Blocks.Remove(block);
            _durable.Remove(block);
            if (source.Blocks.TryGetValue(block, out var data))
                Blocks[block] = _durable[block] = data;
        }

        Extents[extent.Value] = _durableExtents[extent.Value] = source.Extents[extent.Value];
        return null;
    }

    private void Store(BlockIndex start, ReadOnlyMemory<byte> data, bool onlyUnwritten)
    {
        var size = (int)region.BlockSize;
        for (var i = 0; i * size < data.Length; i++)
        {
            var block = start.Value + (ulong)i;
            if (_closed[block / region.ExtentSize.Value])
                throw new InvalidOperationException($"block {block} is written while its extent is closed");
            if (onlyUnwritten && Blocks.ContainsKey(block))
                continue;
            Blocks[block] = data.Slice(i * size, size).ToArray();
            Extents[block / region.ExtentSize.Value] = Extents[block / region.ExtentSize.Value] with { Dirty = true };
        }
    }

    private void Sync(Message.Flush flush)
    {
        for (var i = 0; i < Extents.Length; i++)
        {
            if (flush.ExtentLimit is { } limit && (uint)i > limit.Value)
                break;
            if (_closed[i] && Extents[i].Dirty)
                throw new InvalidOperationException($"extent {i} is flushed while it is closed");
            SyncExtent(i, flush.Generation, flush.FlushNumber);
        }

        _lastFlush = (flush.Ids.Session, flush.Job);
    }

    private void SyncExtent(int extent, Generation generation, FlushNumber flush)
    {
        var (first, past) = ((ulong)extent * region.ExtentSize.Value, (ulong)(extent + 1) * region.ExtentSize.Value);
        for (var block = first; block < past; block++)
        {
            if (Blocks.TryGetValue(block, out var data))
                _durable[block] = data;
        }

        if (Extents[extent].Dirty)
            Extents[extent] = new Message.ExtentState(generation, flush, Dirty: false);
        _durableExtents[extent] = Extents[extent];
    }

    private Message.ReadResponse Fetch(Message.ReadRequest read)
    {
        var size = (int)region.BlockSize;
        var data = new byte[(int)read.Count * size];
        var contexts = new ReadBlockContext[(int)read.Count];
        for (var i = 0; i < contexts.Length; i++)
        {
            if (_closed[(read.Start.Value + (ulong)i) / region.ExtentSize.Value])
                throw new InvalidOperationException($"{read.Start} is read while its extent is closed");
            if (!Blocks.TryGetValue(read.Start.Value + (ulong)i, out var block))
                continue;
            block.CopyTo(data, i * size);
            contexts[i] = ReadBlockContext.OfUnencrypted(BlockHash.Plain(block));
        }

        return new Message.ReadResponse(read.Ids, read.Job, WireResult<ReadBlockContext[]>.Ok(contexts), data);
    }
}
