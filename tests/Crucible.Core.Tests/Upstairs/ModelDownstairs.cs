using System.Net;
using Crucible.Wire;

namespace Crucible.Core.Tests.Upstairs;

/// <summary>
/// A server that behaves as the protocol says, in memory: negotiation, jobs ordered by their dependencies alone, and
/// a disk that forgets what was not flushed when the power fails. One session at a time.
/// </summary>
internal sealed class ModelDownstairs(RegionDefinition region)
{
    private readonly Dictionary<ulong, byte[]> _durable = [];
    private readonly Message.ExtentState[] _durableExtents = new Message.ExtentState[region.ExtentCount];
    private readonly List<Message> _waiting = [];
    private readonly HashSet<JobId> _completed = [];
    private int _step;

    /// <summary>What was written, flushed or not.</summary>
    public Dictionary<ulong, byte[]> Blocks { get; private set; } = [];

    public Message.ExtentState[] Extents { get; private set; } = new Message.ExtentState[region.ExtentCount];

    public IReadOnlyList<Message> Waiting => _waiting;

    /// <summary>A connection begins; the one before is over.</summary>
    public void Connect()
    {
        _step = 0;
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

    /// <summary>Takes over everything another holds, as flushed with this generation.</summary>
    public void BecomeCopyOf(ModelDownstairs other, Generation generation)
    {
        Blocks = new Dictionary<ulong, byte[]>(other.Blocks);
        Extents = [.. other.Extents.Select(e => new Message.ExtentState(generation, e.FlushNumber, Dirty: false))];
        _durable.Clear();
        foreach (var (block, data) in Blocks)
            _durable[block] = data;
        Extents.CopyTo(_durableExtents, 0);
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
                return new Message.YesItsMe(ProtocolLimits.Version, new IPEndPoint(IPAddress.Loopback, 7));
            case (1, Message.PromoteToActive m):
                _step = 2;
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
                return null;
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
        var ok = WireResult<Unit>.Ok(default);
        switch (job)
        {
            case Message.Write m:
                Store(m.Start, m.Data);
                return new Message.WriteAck(m.Ids, m.Job, ok);
            case Message.Flush m:
                Sync(m);
                return new Message.FlushAck(m.Ids, m.Job, ok);
            case Message.Barrier m:
                return new Message.BarrierAck(m.Ids, m.Job, ok);
            case Message.ReadRequest m:
                return Fetch(m);
            default:
                throw new InvalidOperationException($"{job.Kind} is no job");
        }
    }

    public static JobId? IdOf(Message message) => message switch
    {
        Message.Write m => m.Job,
        Message.WriteUnwritten m => m.Job,
        Message.Flush m => m.Job,
        Message.Barrier m => m.Job,
        Message.ReadRequest m => m.Job,
        _ => null,
    };

    public static JobId[] DependenciesOf(Message message) => message switch
    {
        Message.Write m => m.Dependencies,
        Message.WriteUnwritten m => m.Dependencies,
        Message.Flush m => m.Dependencies,
        Message.Barrier m => m.Dependencies,
        Message.ReadRequest m => m.Dependencies,
        _ => [],
    };

    private void Store(BlockIndex start, ReadOnlyMemory<byte> data)
    {
        var size = (int)region.BlockSize;
        for (var i = 0; i * size < data.Length; i++)
        {
            var block = start.Value + (ulong)i;
            Blocks[block] = data.Slice(i * size, size).ToArray();
            Extents[block / region.ExtentSize.Value] = Extents[block / region.ExtentSize.Value] with { Dirty = true };
        }
    }

    private void Sync(Message.Flush flush)
    {
        foreach (var (block, data) in Blocks)
            _durable[block] = data;
        for (var i = 0; i < Extents.Length; i++)
        {
            if (Extents[i].Dirty)
                Extents[i] = new Message.ExtentState(flush.Generation, flush.FlushNumber, Dirty: false);
            _durableExtents[i] = Extents[i];
        }
    }

    private Message.ReadResponse Fetch(Message.ReadRequest read)
    {
        var size = (int)region.BlockSize;
        var data = new byte[(int)read.Count * size];
        var contexts = new ReadBlockContext[(int)read.Count];
        for (var i = 0; i < contexts.Length; i++)
        {
            if (!Blocks.TryGetValue(read.Start.Value + (ulong)i, out var block))
                continue;
            block.CopyTo(data, i * size);
            contexts[i] = ReadBlockContext.OfUnencrypted(BlockHash.Plain(block));
        }

        return new Message.ReadResponse(read.Ids, read.Job, WireResult<ReadBlockContext[]>.Ok(contexts), data);
    }
}
