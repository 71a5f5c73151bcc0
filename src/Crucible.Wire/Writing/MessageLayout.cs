using System.Diagnostics;
using static Crucible.Wire.Writing.FieldLayout;

namespace Crucible.Wire.Writing;

/// <summary>
/// The fields of each message in wire order (protocol section 5), from the discriminant on. For the three messages with
/// a payload it ends with the payload's byte count; the payload itself follows the header.
/// </summary>
internal static class MessageLayout
{
    public static void Write<TSink>(ref TSink sink, Message message)
        where TSink : struct, IFieldSink, allows ref struct
    {
        sink.UInt32((uint)message.Kind);
        switch (message)
        {
            // What a busy disk sends comes first: the arms are tried in order.
            case Message.Write m:
                WriteHeader(ref sink, m.Ids, m.Job, m.Dependencies, m.Start, m.Contexts, m.Data.Length);
                break;
            case Message.WriteAck m:
                Ack(ref sink, m.Ids, m.Job, m.Result);
                break;
            case Message.ReadRequest m:
                Job(ref sink, m.Ids, m.Job, m.Dependencies);
                sink.UInt64(m.Start.Value);
                sink.UInt64(m.Count);
                break;
            case Message.ReadResponse m:
                Job(ref sink, m.Ids, m.Job);
                ResultTag(ref sink, m.Blocks.Error);
                if (m.Blocks.IsOk)
                    Contexts(ref sink, m.Blocks.Value);
                Count(ref sink, m.Data.Length);
                break;
            case Message.Flush m:
                Job(ref sink, m.Ids, m.Job, m.Dependencies);
                sink.UInt64(m.FlushNumber.Value);
                sink.UInt64(m.Generation.Value);
                Bool(ref sink, m.SnapshotName is not null);
                if (m.SnapshotName is not null)
                    sink.Text(m.SnapshotName);
                Bool(ref sink, m.ExtentLimit is not null);
                if (m.ExtentLimit is { } limit)
                    sink.UInt32(limit.Value);
                break;
            case Message.FlushAck m:
                Ack(ref sink, m.Ids, m.Job, m.Result);
                break;
            case Message.WriteUnwritten m:
                WriteHeader(ref sink, m.Ids, m.Job, m.Dependencies, m.Start, m.Contexts, m.Data.Length);
                break;
            case Message.WriteUnwrittenAck m:
                Ack(ref sink, m.Ids, m.Job, m.Result);
                break;
            case Message.Barrier m:
                Job(ref sink, m.Ids, m.Job, m.Dependencies);
                break;
            case Message.BarrierAck m:
                Ack(ref sink, m.Ids, m.Job, m.Result);
                break;
            case Message.ErrorReport m:
                Job(ref sink, m.Ids, m.Job);
                Error(ref sink, m.Error);
                break;
            case Message.Unknown m:
                sink.UInt32(m.Id);
                Count(ref sink, m.Data.Length);
                sink.Raw(m.Data.Span);
                break;
            case Message.Ruok or Message.Imok or Message.RegionInfoPlease or Message.ExtentVersionsPlease:
                break;
            default:
                Negotiation(ref sink, message);
                break;
        }
    }

    private static void Negotiation<TSink>(ref TSink sink, Message message)
        where TSink : struct, IFieldSink, allows ref struct
    {
        switch (message)
        {
            case Message.HereIAm m:
                sink.UInt32(m.Version);
                Ids(ref sink, m.Ids);
                sink.UInt64(m.Generation.Value);
                Bool(ref sink, m.ReadOnly);
                Bool(ref sink, m.Encrypted);
                Count(ref sink, m.AlternateVersions.Length);
                foreach (var version in m.AlternateVersions)
                    sink.UInt32(version);
                break;
            case Message.YesItsMe m:
                sink.UInt32(m.Version);
                Address(ref sink, m.RepairAddress);
                break;
            case Message.VersionMismatch m:
                sink.UInt32(m.Version);
                break;
            case Message.ReadOnlyMismatch m:
                Bool(ref sink, m.Expected);
                break;
            case Message.EncryptedMismatch m:
                Bool(ref sink, m.Expected);
                break;
            case Message.PromoteToActive m:
                Ids(ref sink, m.Ids);
                sink.UInt64(m.Generation.Value);
                break;
            case Message.YouAreNowActive m:
                Ids(ref sink, m.Ids);
                sink.UInt64(m.Generation.Value);
                break;
            case Message.YouAreNoLongerActive m:
                Ids(ref sink, m.NewIds);
                sink.UInt64(m.NewGeneration.Value);
                break;
            case Message.UuidMismatch m:
                sink.Uuid(m.ExpectedId);
                break;
            case Message.RegionInfo m:
                Region(ref sink, m.Definition);
                break;
            case Message.ExtentVersions m:
                ExtentVersions(ref sink, m);
                break;
            case Message.LastFlush m:
                Bool(ref sink, m.LastFlushJob is not null);
                if (m.LastFlushJob is { } job)
                    sink.UInt64(job.Value);
                break;
            default:
                Repair(ref sink, message);
                break;
        }
    }

    private static void Repair<TSink>(ref TSink sink, Message message)
        where TSink : struct, IFieldSink, allows ref struct
    {
        switch (message)
        {
            case Message.ExtentClose m:
                sink.UInt64(m.RepairId.Value);
                sink.UInt32(m.Extent.Value);
                break;
            case Message.ExtentReopen m:
                sink.UInt64(m.RepairId.Value);
                sink.UInt32(m.Extent.Value);
                break;
            case Message.ExtentFlush m:
                sink.UInt64(m.RepairId.Value);
                sink.UInt32(m.Extent.Value);
                sink.Byte(m.Client.Value);
                sink.UInt64(m.FlushNumber.Value);
                sink.UInt64(m.Generation.Value);
                break;
            case Message.ExtentRepair m:
                sink.UInt64(m.RepairId.Value);
                sink.UInt32(m.Extent.Value);
                sink.Byte(m.SourceClient.Value);
                Address(ref sink, m.SourceRepairAddress);
                Count(ref sink, m.DestinationClients.Length);
                foreach (var client in m.DestinationClients)
                    sink.Byte(client.Value);
                break;
            case Message.RepairAckId m:
                sink.UInt64(m.RepairId.Value);
                break;
            case Message.ExtentError m:
                sink.UInt64(m.RepairId.Value);
                sink.UInt32(m.Extent.Value);
                Error(ref sink, m.Error);
                break;
            case Message.ExtentLiveClose m:
                Job(ref sink, m.Ids, m.Job, m.Dependencies);
                sink.UInt32(m.Extent.Value);
                break;
            case Message.ExtentLiveFlushClose m:
                Job(ref sink, m.Ids, m.Job, m.Dependencies);
                sink.UInt32(m.Extent.Value);
                sink.UInt64(m.FlushNumber.Value);
                sink.UInt64(m.Generation.Value);
                break;
            case Message.ExtentLiveRepair m:
                Job(ref sink, m.Ids, m.Job, m.Dependencies);
                sink.UInt32(m.Extent.Value);
                sink.Byte(m.SourceClient.Value);
                Address(ref sink, m.SourceRepairAddress);
                break;
            case Message.ExtentLiveReopen m:
                Job(ref sink, m.Ids, m.Job, m.Dependencies);
                sink.UInt32(m.Extent.Value);
                break;
            case Message.ExtentLiveNoOp m:
                Job(ref sink, m.Ids, m.Job, m.Dependencies);
                break;
            case Message.ExtentLiveCloseAck m:
                Job(ref sink, m.Ids, m.Job);
                ResultTag(ref sink, m.Result.Error);
                if (m.Result.IsOk)
                    ExtentState(ref sink, m.Result.Value);
                break;
            case Message.ExtentLiveRepairAckId m:
                Ack(ref sink, m.Ids, m.Job, m.Result);
                break;
            case Message.ExtentLiveAckId m:
                Ack(ref sink, m.Ids, m.Job, m.Result);
                break;
            default:
                throw new UnreachableException($"no layout for {message.Kind}");
        }
    }

    private static void WriteHeader<TSink>(
        ref TSink sink, in SessionIds ids, JobId job, JobId[] dependencies, BlockIndex start, BlockContext[] contexts,
        int payloadBytes)
        where TSink : struct, IFieldSink, allows ref struct
    {
        Job(ref sink, ids, job, dependencies);
        sink.UInt64(start.Value);
        Contexts(ref sink, contexts);
        Count(ref sink, payloadBytes);
    }

    private static void Ack<TSink>(ref TSink sink, in SessionIds ids, JobId job, in WireResult<Unit> result)
        where TSink : struct, IFieldSink, allows ref struct
    {
        Job(ref sink, ids, job);
        ResultTag(ref sink, result.Error);
    }

    private static void ExtentState<TSink>(ref TSink sink, in Message.ExtentState state)
        where TSink : struct, IFieldSink, allows ref struct
    {
        sink.UInt64(state.Generation.Value);
        sink.UInt64(state.FlushNumber.Value);
        Bool(ref sink, state.Dirty);
    }

    private static void ExtentVersions<TSink>(ref TSink sink, Message.ExtentVersions versions)
        where TSink : struct, IFieldSink, allows ref struct
    {
        Count(ref sink, versions.Generations.Length);
        foreach (var generation in versions.Generations)
            sink.UInt64(generation.Value);
        Count(ref sink, versions.FlushNumbers.Length);
        foreach (var flush in versions.FlushNumbers)
            sink.UInt64(flush.Value);
        Count(ref sink, versions.DirtyBits.Length);
        foreach (var dirty in versions.DirtyBits)
            Bool(ref sink, dirty);
    }
}
