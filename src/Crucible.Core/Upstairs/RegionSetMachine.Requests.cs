using System.Diagnostics;
using System.Runtime.InteropServices;
using Crucible.Wire;

namespace Crucible.Core.Upstairs;

// Guest reads, writes and flushes: who is let in, and as what job (section 12 and 13 of the protocol).
public sealed partial class RegionSetMachine
{
    private FlushNumber _nextFlush;
    private bool _needFlush;
    private bool _autoFlushArmed;
    private AutoFlushNumber _autoFlush;
    private DateTimeOffset _lastBusy;

    /// <summary>
    /// Whether a guest write or flush may be handed in now. When not, its caller waits until a later step made room. Such
    /// a wait ends when the slowest slot goes on, or stops answering and so goes offline, where its limit is lower.
    /// </summary>
    /// <param name="bytes">Payload of a write, 0 for a flush.</param>
    public bool CanAdmit(ulong bytes)
    {
        if (State != UpstairsState.Active)
            return true;
        foreach (var slot in _slots)
        {
            if (slot.JobsInProgress >= UpstairsLimits.AdmissionJobs
                || slot.BytesInProgress + bytes > UpstairsLimits.AdmissionBytes)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// The same for a read, which one slot with room is enough for: a server that has stopped working, though it answers
    /// pings, must not keep what the others can serve.
    /// </summary>
    public bool CanAdmitRead(ulong bytes)
    {
        if (State != UpstairsState.Active)
            return true;
        var serving = false;
        foreach (var slot in _slots)
        {
            if (!slot.TakesJobs)
                continue;
            serving = true;
            if (HasRoomToRead(slot, bytes))
                return true;
        }

        return !serving;
    }

    private static bool HasRoomToRead(Slot slot, ulong bytes) =>
        slot.JobsInProgress < UpstairsLimits.AdmissionJobs + UpstairsLimits.ReadReserveJobs
        && slot.BytesInProgress + bytes <= UpstairsLimits.AdmissionBytes + UpstairsLimits.ReadReserveBytes;

    private bool AnyInProgress
    {
        get
        {
            foreach (var slot in _slots)
            {
                if (slot.JobsInProgress > 0)
                    return true;
            }

            return false;
        }
    }

    /// <summary>Our own jobs are of no use while no slot would do them, and must not stand in the way of reconciliation.</summary>
    private bool AnyTakesJobs => Array.Exists(_slots, slot => slot.TakesJobs);

    private void OnRead(RequestId request, BlockIndex start, ulong blocks)
    {
        if ((RefusalFor(UpstairsLimits.ReadQuorum) ?? RangeRefusal(start, blocks)) is { } refusal)
        {
            AddIoAnswered(request, refusal);
            return;
        }

        if (blocks == 0)
        {
            AddReadAnswered(request, ReadOnlyMemory<byte>.Empty, []);
            return;
        }

        ReserveFor(start, blocks);
        var id = TakeJobId();
        var message = _messages?.TakeReadRequest() ?? new Message.ReadRequest(default, default, [], default, 0);
        var dependencies = _dependencies.Add(id, start, blocks, blocking: false, _messages);
        message.Become(_config.Ids, id, dependencies, start, blocks);
        _needFlush = true;
        var job = NewJob(id, JobKind.Read, message, dependencies);
        job.Request = request;
        job.Blocks = blocks;
        job.FirstExtent = ExtentOf(start);
        job.Bytes = blocks * _config.BlockSize;
        Submit(job);
    }

    private void OnWrite(UpstairsInput.Write write)
    {
        if (!MayWrite(write.Request, write.Start, write.Data))
            return;
        var blocks = (ulong)write.Data.Length / _config.BlockSize;
        ReserveFor(write.Start, blocks);
        var id = TakeJobId();
        var dependencies = _dependencies.Add(id, write.Start, blocks, blocking: true);
        var contexts = write.Contexts ?? HashesOf(write.Data);
        SubmitWrite(
            id, write.OnlyUnwritten ? JobKind.WriteUnwritten : JobKind.Write, write.Start, write.Data,
            write.OnlyUnwritten
                ? new Message.WriteUnwritten(_config.Ids, id, dependencies, write.Start, contexts, write.Data)
                : new Message.Write(_config.Ids, id, dependencies, write.Start, contexts, write.Data),
            dependencies);
    }

    private void OnWrite(RequestId request, Message.Write draft)
    {
        if (!MayWrite(request, draft.Start, draft.Data))
        {
            draft.Release();
            return;
        }

        var blocks = (ulong)draft.Data.Length / _config.BlockSize;
        ReserveFor(draft.Start, blocks);
        var id = TakeJobId();
        var dependencies = _dependencies.Add(id, draft.Start, blocks, blocking: true, _messages);
        draft.Become(_config.Ids, id, dependencies, draft.Start, draft.Contexts, draft.Data);
        SubmitWrite(id, JobKind.Write, draft.Start, draft.Data, draft, dependencies);
    }

    /// <summary>Answers a write. False if it is refused, or there is nothing to write.</summary>
    private bool MayWrite(RequestId request, BlockIndex start, ReadOnlyMemory<byte> data)
    {
        var blocks = (ulong)data.Length / _config.BlockSize;
        var refusal = _config.ReadOnly && State == UpstairsState.Active
            ? Refusals.ReadOnly
            : RefusalFor(UpstairsLimits.WriteQuorum) ?? LengthRefusal(data) ?? RangeRefusal(start, blocks);

        // Accepted is enough: a write is durable only after a flush, and until then any crash may lose it.
        AddIoAnswered(request, refusal);
        return refusal is null && blocks > 0;
    }

    private void SubmitWrite(
        JobId id, JobKind kind, BlockIndex start, ReadOnlyMemory<byte> data, Message message, JobId[] dependencies)
    {
        _needFlush = true;
        var job = NewJob(id, kind, message, dependencies);
        job.Acked = true;
        job.Blocks = (ulong)data.Length / _config.BlockSize;
        job.FirstExtent = ExtentOf(start);
        job.Bytes = (ulong)data.Length;
        Submit(job);
    }

    private BlockContext[] HashesOf(ReadOnlyMemory<byte> data) => _config.Encrypted
        ? throw new UnreachableException("a write must come encrypted: the machine has no key")
        : _hashes.Seal(MemoryMarshal.AsMemory(data).Span, nonces: []);

    private void OnFlush(UpstairsInput.Flush flush)
    {
        var refusal = flush.Snapshot is not null ? SnapshotRefusal()
            : State != UpstairsState.Active ? Refusals.Inactive
            : _config.ReadOnly ? null
            : RefusalFor(UpstairsLimits.WriteQuorum);
        if (refusal is not null || _config.ReadOnly)
        {
            AddIoAnswered(flush.Request, refusal);
            return;
        }

        var job = SubmitFlush(flush.Request, final: false, flush.Snapshot);
        if (flush.Snapshot is not null)
            _out.Add(new UpstairsEffect.ArmSnapshotDeadline(job.Id, flush.Deadline));
    }

    private Job SubmitFlush(RequestId? request, bool final, string? snapshot = null)
    {
        var id = TakeJobId();
        var dependencies = _dependencies.Add(id, new BlockIndex(0), _config.TotalBlocks, blocking: true);
        _needFlush = false;
        if (final)
            _finalFlush = id;
        var flush = new Job(id, JobKind.Flush)
        {
            Message = new Message.Flush(
                _config.Ids, id, dependencies, TakeFlushNumber(), _generation, snapshot, ExtentLimit: null),
            Dependencies = dependencies,
            Request = request,
            Snapshot = snapshot is not null,
        };
        Submit(flush);
        return flush;
    }

    private FlushNumber TakeFlushNumber()
    {
        var number = _nextFlush;
        _nextFlush = new FlushNumber(OneMore(number.Value));
        return number;
    }

    private ExtentId ExtentOf(BlockIndex block) => new((uint)(block.Value / _config.BlocksPerExtent));

    /// <summary>Lets both sides forget finished work when no flush does; costs the ability to replay until one does.</summary>
    private void SubmitBarrierWhenDue()
    {
        // A flush that is only held does nothing more: it must not keep what comes after it from being forgotten.
        if (_flushesBuffered.Exists(flush => !flush.Complete) || !AnyTakesJobs || !BarrierDue())
            return;
        var id = TakeJobId();
        var dependencies = _dependencies.Add(id, new BlockIndex(0), _config.TotalBlocks, blocking: true);
        Submit(new Job(id, JobKind.Barrier)
        {
            Message = new Message.Barrier(_config.Ids, id, dependencies),
            Dependencies = dependencies,
        });
    }

    private bool BarrierDue()
    {
        foreach (var slot in _slots)
        {
            if (slot.JobsFinished >= UpstairsLimits.BarrierJobs || slot.BytesFinished >= UpstairsLimits.BarrierBytes)
                return true;
        }

        return false;
    }

    private void ArmAutoFlushWhenNeeded()
    {
        if (_needFlush && !_autoFlushArmed)
            ArmAutoFlush(_config.FlushTimeout);
    }

    private void ArmAutoFlush(TimeSpan delay)
    {
        _autoFlushArmed = true;
        _autoFlush = new AutoFlushNumber(_autoFlush.Value + 1);
        _out.Add(new UpstairsEffect.ArmAutoFlush(_autoFlush, delay));
    }

    private void OnAutoFlushDue(AutoFlushNumber number)
    {
        if (!_autoFlushArmed || number != _autoFlush)
        {
            _staleInputs++;
            return;
        }

        _autoFlushArmed = false;
        if (State != UpstairsState.Active || !_needFlush || AnyInProgress || !AnyTakesJobs)
            return;  // Armed again after this step if it is still needed.
        var idle = _now - _lastBusy;
        if (idle < _config.FlushTimeout)
            ArmAutoFlush(_config.FlushTimeout - idle);
        else
            SubmitFlush(request: null, final: false);
    }

    private CrucibleError? RefusalFor(int slotsNeeded)
    {
        if (State != UpstairsState.Active)
            return Refusals.Inactive;
        var accepting = 0;
        foreach (var slot in _slots)
            accepting += slot.Accepting ? 1 : 0;
        return accepting < slotsNeeded ? Refusals.TooFewSlots(slotsNeeded, accepting) : null;
    }

    private CrucibleError? LengthRefusal(ReadOnlyMemory<byte> data) =>
        (ulong)data.Length % _config.BlockSize == 0 ? null : Refusals.DataLenUnaligned;

    private CrucibleError? RangeRefusal(BlockIndex start, ulong blocks)
    {
        if (start.Value > _config.TotalBlocks || blocks > _config.TotalBlocks - start.Value)
            return Refusals.OffsetInvalid;
        var bytes = blocks * _config.BlockSize;
        return bytes > UpstairsLimits.MaxIoBytes ? Refusals.TooManyBlocks(bytes) : null;
    }

    private JobId TakeJobId()
    {
        var id = _nextJob;
        _nextJob = id.Next();
        return id;
    }
}
