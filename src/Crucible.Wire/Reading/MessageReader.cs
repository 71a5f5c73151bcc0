using System.Diagnostics;

namespace Crucible.Wire.Reading;

/// <summary>Builds each message from its fields in wire order (protocol section 5); arguments are read left to right.</summary>
internal static class MessageReader
{
    /// <summary>The message after its discriminant; meaningless when the reader ends with an error.</summary>
    /// <param name="pool">Where the objects of the frequent kinds come from; null makes new ones.</param>
    public static Message Read(ref FieldReader r, MessageKind kind, MessagePool? pool) => kind switch
    {
        MessageKind.HereIAm => new Message.HereIAm(
            r.UInt32("version"), r.Ids(), r.Generation("generation"), r.Bool("read_only"), r.Bool("encrypted"),
            r.Versions("alternate_versions")),
        MessageKind.YesItsMe => new Message.YesItsMe(r.UInt32("version"), r.Address("repair_addr")),
        MessageKind.VersionMismatch => new Message.VersionMismatch(r.UInt32("version")),
        MessageKind.ReadOnlyMismatch => new Message.ReadOnlyMismatch(r.Bool("expected")),
        MessageKind.EncryptedMismatch => new Message.EncryptedMismatch(r.Bool("expected")),
        MessageKind.PromoteToActive => new Message.PromoteToActive(r.Ids(), r.Generation("generation")),
        MessageKind.YouAreNowActive => new Message.YouAreNowActive(r.Ids(), r.Generation("generation")),
        MessageKind.YouAreNoLongerActive => new Message.YouAreNoLongerActive(
            new SessionIds(new(r.Uuid("new_upstairs_id")), new(r.Uuid("new_session_id"))), r.Generation("new_gen")),
        MessageKind.UuidMismatch => new Message.UuidMismatch(r.Uuid("expected_id")),
        MessageKind.Ruok => new Message.Ruok(),
        MessageKind.Imok => new Message.Imok(),

        MessageKind.ExtentClose => new Message.ExtentClose(r.RepairId(), r.Extent()),
        MessageKind.ExtentReopen => new Message.ExtentReopen(r.RepairId(), r.Extent()),
        MessageKind.ExtentFlush => new Message.ExtentFlush(
            r.RepairId(), r.Extent(), r.Client("client_id"), r.FlushNumber(), r.Generation("gen_number")),
        MessageKind.ExtentRepair => new Message.ExtentRepair(
            r.RepairId(), r.Extent(), r.Client("source_client_id"), r.Address("source_repair_address"),
            r.Clients("dest_clients")),
        MessageKind.RepairAckId => new Message.RepairAckId(r.RepairId()),
        MessageKind.ExtentError => new Message.ExtentError(r.RepairId(), r.Extent(), r.CrucibleError("error")),

        MessageKind.ExtentLiveClose => new Message.ExtentLiveClose(r.Ids(), r.Job(), r.Dependencies(), r.Extent()),
        MessageKind.ExtentLiveFlushClose => new Message.ExtentLiveFlushClose(
            r.Ids(), r.Job(), r.Dependencies(), r.Extent(), r.FlushNumber(), r.Generation("gen_number")),
        MessageKind.ExtentLiveRepair => new Message.ExtentLiveRepair(
            r.Ids(), r.Job(), r.Dependencies(), r.Extent(), r.Client("source_client_id"),
            r.Address("source_repair_address")),
        MessageKind.ExtentLiveReopen => new Message.ExtentLiveReopen(r.Ids(), r.Job(), r.Dependencies(), r.Extent()),
        MessageKind.ExtentLiveNoOp => new Message.ExtentLiveNoOp(r.Ids(), r.Job(), r.Dependencies()),
        MessageKind.ExtentLiveCloseAck => new Message.ExtentLiveCloseAck(r.Ids(), r.Job(), r.CloseResult("result")),
        MessageKind.ExtentLiveRepairAckId => new Message.ExtentLiveRepairAckId(r.Ids(), r.Job(), r.Result("result")),
        MessageKind.ExtentLiveAckId => new Message.ExtentLiveAckId(r.Ids(), r.Job(), r.Result("result")),

        MessageKind.RegionInfoPlease => new Message.RegionInfoPlease(),
        MessageKind.RegionInfo => new Message.RegionInfo(r.Region()),
        MessageKind.ExtentVersionsPlease => new Message.ExtentVersionsPlease(),
        MessageKind.ExtentVersions => new Message.ExtentVersions(
            r.Generations("gen_numbers"), r.FlushNumbers("flush_numbers"), r.Bools("dirty_bits")),
        MessageKind.LastFlush => new Message.LastFlush(
            r.IsSome("last_flush_number") ? new JobId(r.UInt64("last_flush_number")) : null),

        MessageKind.Write => Write(ref r, pool),
        MessageKind.WriteAck => WriteAck(ref r, pool),
        MessageKind.Flush => new Message.Flush(
            r.Ids(), r.Job(), r.Dependencies(), r.FlushNumber(), r.Generation("gen_number"),
            r.IsSome("snapshot_details") ? r.Text("snapshot_details.snapshot_name") : null,
            r.IsSome("extent_limit") ? new ExtentId(r.UInt32("extent_limit")) : null),
        MessageKind.FlushAck => new Message.FlushAck(r.Ids(), r.Job(), r.Result("result")),
        MessageKind.Barrier => new Message.Barrier(r.Ids(), r.Job(), r.Dependencies()),
        MessageKind.BarrierAck => new Message.BarrierAck(r.Ids(), r.Job(), r.Result("result")),
        MessageKind.ReadRequest => ReadRequest(ref r, pool),
        MessageKind.ReadResponse => ReadResponse(ref r, pool),
        MessageKind.WriteUnwritten => new Message.WriteUnwritten(
            r.Ids(), r.Job(), r.Dependencies(), r.Start(), r.Contexts("contexts"), r.Payload("data")),
        MessageKind.WriteUnwrittenAck => new Message.WriteUnwrittenAck(r.Ids(), r.Job(), r.Result("result")),
        MessageKind.ErrorReport => new Message.ErrorReport(r.Ids(), r.Job(), r.CrucibleError("error")),
        MessageKind.Unknown => new Message.Unknown(r.UInt32("id"), r.ByteString("data")),
        _ => throw new UnreachableException($"no arm for {kind}"),
    };

    // What a used message still has of lists is filled again when the length is the same, as it mostly is.
    private static Message.Write Write(ref FieldReader r, MessagePool? pool)
    {
        var message = pool?.TakeWrite() ?? new Message.Write(default, default, [], default, [], default);
        message.Become(
            r.Ids(), r.Job(), r.Dependencies(pool), r.Start(), r.Contexts("contexts", message.Contexts),
            r.Payload("data"));
        return message;
    }

    private static Message.WriteAck WriteAck(ref FieldReader r, MessagePool? pool)
    {
        var message = pool?.TakeWriteAck() ?? new Message.WriteAck(default, default, default);
        message.Become(r.Ids(), r.Job(), r.Result("result"));
        return message;
    }

    private static Message.ReadRequest ReadRequest(ref FieldReader r, MessagePool? pool)
    {
        var message = pool?.TakeReadRequest() ?? new Message.ReadRequest(default, default, [], default, 0);
        message.Become(r.Ids(), r.Job(), r.Dependencies(pool), r.Start(), r.UInt64("count"));
        return message;
    }

    private static Message.ReadResponse ReadResponse(ref FieldReader r, MessagePool? pool)
    {
        var message = pool?.TakeReadResponse() ?? new Message.ReadResponse(default, default, default, default);
        message.Become(r.Ids(), r.Job(), r.ReadResult("blocks", message.Blocks.Value), r.Payload("data"));
        return message;
    }
}
