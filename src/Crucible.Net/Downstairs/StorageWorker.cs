using System.Diagnostics;
using System.Runtime.InteropServices;
using Crucible.Core.Downstairs;
using Crucible.Net.Regions;
using Crucible.Wire;

namespace Crucible.Net.Downstairs;

/// <summary>Carries out storage work on a region: from what the machine asks to what the region did.</summary>
internal sealed class StorageWorker(IServedRegion region, MessagePool messages, BufferPool buffers)
{
    private readonly List<BlockWrite> _writes = [];

    /// <summary>Does one piece of work. May wait for the disk; one caller at a time.</summary>
    public StorageResult Do(StorageWork work)
    {
        try
        {
            return work switch
            {
                StorageWork.Promote w => Promote(w),
                StorageWork.ReadVersions => new StorageResult.Versions(region.Versions()),
                StorageWork.Perform w => Perform(w),
                StorageWork.ConfirmSnapshot w when region.HasSnapshot(w.Name) => StorageResult.Done.Instance,
                StorageWork.ConfirmSnapshot => Failed(
                    CrucibleErrorKind.SnapshotFailed, "The snapshot was not made with its flush."),
                _ => throw new UnreachableException(work.ToString()),
            };
        }
        catch (RegionIoException e)
        {
            return new StorageResult.Failed(e.Error, e.MayPass);
        }
    }

    /// <summary>Does the writes that come next as one, if they are several and that works.</summary>
    /// <returns>How many were done. When 0, the next piece is to be done by itself.</returns>
    public int WriteTogether(List<(WorkNumber Number, StorageWork Work)> work, int from)
    {
        _writes.Clear();
        for (var i = from; i < work.Count && work[i].Work is StorageWork.Perform { Message: Message.Write m }; i++)
            _writes.Add(new BlockWrite(m.Start, m.Contexts, m.Data));
        var count = _writes.Count > 1 && region.TryWrite(CollectionsMarshal.AsSpan(_writes)) ? _writes.Count : 0;
        _writes.Clear();
        return count;
    }

    private StorageResult Promote(StorageWork.Promote work)
    {
        region.Heal();
        if (work.Record is { } record)
            region.StorePromotion(record);
        region.ReopenAll();
        return StorageResult.Done.Instance;
    }

    private StorageResult Perform(StorageWork.Perform work)
    {
        switch (work.Message)
        {
            case Message.ReadRequest m:
                return Read(work, m);
            case Message.Write m:
                region.Write(m.Start, m.Contexts, m.Data);
                break;
            case Message.WriteUnwritten m:
                region.WriteUnwritten(m.Start, m.Contexts, m.Data);
                break;
            case Message.Flush m:
                return Flush(m);
            case Message.ExtentFlush m:
                region.FlushExtent(m.Extent, m.Generation, m.FlushNumber);
                break;
            case Message.ExtentClose m:
                region.CloseExtent(m.Extent);
                break;
            case Message.ExtentReopen m:
                region.ReopenExtent(m.Extent);
                break;
            case Message.ExtentLiveClose m:
                return new StorageResult.Extent(region.CloseExtent(m.Extent));
            case Message.ExtentLiveFlushClose m:
                region.FlushExtent(m.Extent, m.Generation, m.FlushNumber);
                return new StorageResult.Extent(region.CloseExtent(m.Extent));
            case Message.ExtentLiveReopen m:
                region.ReopenExtent(m.Extent);
                break;
            default:
                throw new UnreachableException($"{work.Message.Kind} is no storage work");
        }
        return StorageResult.Done.Instance;
    }

    /// <summary>Reads straight into the answer.</summary>
    private StorageResult Read(StorageWork.Perform work, Message.ReadRequest read)
    {
        if (read.Count > region.ReadBlocksMax)
            return Failed(CrucibleErrorKind.InvalidNumberOfBlocks, $"{read.Count} blocks do not fit an answer.");
        var (count, bytes) = ((int)read.Count, (int)(read.Count * region.Definition.BlockSize));
        var reply = messages.TakeReadResponse();
        var buffer = buffers.Take(bytes);
        reply.Keep(buffer);
        buffer.Release();
        var contexts = reply.Blocks.Value?.Length == count ? reply.Blocks.Value : new ReadBlockContext[count];
        var data = buffer.Bytes.AsMemory(0, bytes);
        reply.Become(read.Ids, read.Job, WireResult<ReadBlockContext[]>.Ok(contexts), data);
        try
        {
            region.Read(read.Start, contexts, data.Span);
            return work.AnsweredBy(reply);
        }
        catch
        {
            reply.Release();
            throw;
        }
    }

    private StorageResult Flush(Message.Flush flush)
    {
        if (flush.SnapshotName is not null && region.ReadOnly)
            return new StorageResult.Failed(
                new CrucibleError.Plain(CrucibleErrorKind.ModifyingReadOnlyRegion), MayPass: false);
        FlushMark? mark = flush.ExtentLimit is null ? new(flush.Ids.Session, flush.Job) : null;
        region.Flush(flush.Generation, flush.FlushNumber, flush.ExtentLimit, mark);
        if (flush.SnapshotName is { } name)
            region.TakeSnapshot(name);
        return StorageResult.Done.Instance;
    }

    private static StorageResult.Failed Failed(CrucibleErrorKind kind, string text) =>
        new(new CrucibleError.WithText(kind, text), MayPass: false);
}
