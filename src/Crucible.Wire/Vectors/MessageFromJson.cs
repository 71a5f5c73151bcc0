using System.Diagnostics;

namespace Crucible.Wire.Vectors;

/// <summary>Reads messages from their JSON form.</summary>
internal static class MessageFromJson
{
    public static Message Read(JsonCursor c) => ErrorFromJson.Named<MessageKind>(c["type"], "message") switch
    {
        MessageKind.HereIAm => new Message.HereIAm(
            c["version"].UInt32(), Ids(c), new(c["generation"].UInt64()), c["read_only"].Bool(), c["encrypted"].Bool(),
            c["alternate_versions"].List(v => v.UInt32())),
        MessageKind.YesItsMe => new Message.YesItsMe(c["version"].UInt32(), c["repair_addr"].Address()),
        MessageKind.VersionMismatch => new Message.VersionMismatch(c["version"].UInt32()),
        MessageKind.ReadOnlyMismatch => new Message.ReadOnlyMismatch(c["expected"].Bool()),
        MessageKind.EncryptedMismatch => new Message.EncryptedMismatch(c["expected"].Bool()),
        MessageKind.PromoteToActive => new Message.PromoteToActive(Ids(c), new(c["generation"].UInt64())),
        MessageKind.YouAreNowActive => new Message.YouAreNowActive(Ids(c), new(c["generation"].UInt64())),
        MessageKind.YouAreNoLongerActive => new Message.YouAreNoLongerActive(
            new(new(c["new_upstairs_id"].Uuid()), new(c["new_session_id"].Uuid())), new(c["new_gen"].UInt64())),
        MessageKind.UuidMismatch => new Message.UuidMismatch(c["expected_id"].Uuid()),
        MessageKind.Ruok => new Message.Ruok(),
        MessageKind.Imok => new Message.Imok(),

        MessageKind.ExtentClose => new Message.ExtentClose(RepairId(c), Extent(c)),
        MessageKind.ExtentReopen => new Message.ExtentReopen(RepairId(c), Extent(c)),
        MessageKind.ExtentFlush => new Message.ExtentFlush(
            RepairId(c), Extent(c), new(c["client_id"].Byte()), Flush(c), Generation(c)),
        MessageKind.ExtentRepair => new Message.ExtentRepair(
            RepairId(c), Extent(c), new(c["source_client_id"].Byte()), c["source_repair_address"].Address(),
            c["dest_clients"].List(v => new ClientId(v.Byte()))),
        MessageKind.RepairAckId => new Message.RepairAckId(RepairId(c)),
        MessageKind.ExtentError => new Message.ExtentError(RepairId(c), Extent(c), ErrorFromJson.Read(c["error"])),

        MessageKind.ExtentLiveClose => new Message.ExtentLiveClose(Ids(c), Job(c), Dependencies(c), Extent(c)),
        MessageKind.ExtentLiveFlushClose => new Message.ExtentLiveFlushClose(
            Ids(c), Job(c), Dependencies(c), Extent(c), Flush(c), Generation(c)),
        MessageKind.ExtentLiveRepair => new Message.ExtentLiveRepair(
            Ids(c), Job(c), Dependencies(c), Extent(c), new(c["source_client_id"].Byte()),
            c["source_repair_address"].Address()),
        MessageKind.ExtentLiveReopen => new Message.ExtentLiveReopen(Ids(c), Job(c), Dependencies(c), Extent(c)),
        MessageKind.ExtentLiveNoOp => new Message.ExtentLiveNoOp(Ids(c), Job(c), Dependencies(c)),
        MessageKind.ExtentLiveCloseAck => new Message.ExtentLiveCloseAck(
            Ids(c), Job(c), Result(c["result"], ok => new Message.ExtentState(
                new(ok["generation"].UInt64()), new(ok["flush_number"].UInt64()), ok["dirty"].Bool()))),
        MessageKind.ExtentLiveRepairAckId => new Message.ExtentLiveRepairAckId(Ids(c), Job(c), Done(c)),
        MessageKind.ExtentLiveAckId => new Message.ExtentLiveAckId(Ids(c), Job(c), Done(c)),

        MessageKind.RegionInfoPlease => new Message.RegionInfoPlease(),
        MessageKind.RegionInfo => new Message.RegionInfo(Region(c["region_def"])),
        MessageKind.ExtentVersionsPlease => new Message.ExtentVersionsPlease(),
        MessageKind.ExtentVersions => new Message.ExtentVersions(
            c["gen_numbers"].List(v => new Generation(v.UInt64())),
            c["flush_numbers"].List(v => new FlushNumber(v.UInt64())), c["dirty_bits"].List(v => v.Bool())),
        MessageKind.LastFlush => new Message.LastFlush(
            c["last_flush_number"].IsNull ? null : new JobId(c["last_flush_number"].UInt64())),

        MessageKind.Write => new Message.Write(
            Ids(c), Job(c), Dependencies(c), Start(c), c["contexts"].List(Context), c["data_hex"].Hex()),
        MessageKind.WriteAck => new Message.WriteAck(Ids(c), Job(c), Done(c)),
        MessageKind.Flush => new Message.Flush(
            Ids(c), Job(c), Dependencies(c), Flush(c), Generation(c),
            c["snapshot_details"].IsNull ? null : c["snapshot_details"]["snapshot_name"].Text(),
            c["extent_limit"].IsNull ? null : new ExtentId(c["extent_limit"].UInt32())),
        MessageKind.FlushAck => new Message.FlushAck(Ids(c), Job(c), Done(c)),
        MessageKind.Barrier => new Message.Barrier(Ids(c), Job(c), Dependencies(c)),
        MessageKind.BarrierAck => new Message.BarrierAck(Ids(c), Job(c), Done(c)),
        MessageKind.ReadRequest => new Message.ReadRequest(
            Ids(c), Job(c), Dependencies(c), Start(c), c["count"].UInt64()),
        MessageKind.ReadResponse => new Message.ReadResponse(
            Ids(c), Job(c), Result(c["blocks"], ok => ok.List(ReadContext)), c["data_hex"].Hex()),
        MessageKind.WriteUnwritten => new Message.WriteUnwritten(
            Ids(c), Job(c), Dependencies(c), Start(c), c["contexts"].List(Context), c["data_hex"].Hex()),
        MessageKind.WriteUnwrittenAck => new Message.WriteUnwrittenAck(Ids(c), Job(c), Done(c)),
        MessageKind.ErrorReport => new Message.ErrorReport(Ids(c), Job(c), ErrorFromJson.Read(c["error"])),
        MessageKind.Unknown => new Message.Unknown(c["id"].UInt32(), c["data_hex"].Hex()),
        var kind => throw new UnreachableException($"no arm for {kind}"),
    };

    private static SessionIds Ids(JsonCursor c) =>
        new(new UpstairsId(c["upstairs_id"].Uuid()), new SessionId(c["session_id"].Uuid()));

    private static JobId Job(JsonCursor c) => new(c["job_id"].UInt64());

    private static JobId[] Dependencies(JsonCursor c) => c["dependencies"].List(v => new JobId(v.UInt64()));

    private static ReconciliationId RepairId(JsonCursor c) => new(c["repair_id"].UInt64());

    private static ExtentId Extent(JsonCursor c) => new(c["extent_id"].UInt32());

    private static BlockIndex Start(JsonCursor c) => new(c["start"].UInt64());

    private static FlushNumber Flush(JsonCursor c) => new(c["flush_number"].UInt64());

    private static Generation Generation(JsonCursor c) => new(c["gen_number"].UInt64());

    private static WireResult<Unit> Done(JsonCursor c) => Result(
        c["result"], ok => ok.IsNull ? default(Unit) : throw new VectorFormatException(ok.Path, "must be null"));

    private static WireResult<T> Result<T>(JsonCursor c, Func<JsonCursor, T> readOk) =>
        c.TryMember("Err", out var error)
            ? WireResult<T>.Err(ErrorFromJson.Read(error))
            : WireResult<T>.Ok(readOk(c["Ok"]));

    private static RegionDefinition Region(JsonCursor c) => new(
        c["block_size"].UInt64(), new(c["extent_size"]["value"].UInt64(), c["extent_size"]["shift"].UInt32()),
        c["extent_count"].UInt32(), new(c["uuid"].Uuid()), c["encrypted"].Bool(), c["database_read_version"].UInt64(),
        c["database_write_version"].UInt64());

    private static BlockContext Context(JsonCursor c) => new(
        c["hash"].UInt64(), c["encryption_context"].IsNull ? null : Encryption(c["encryption_context"]));

    private static ReadBlockContext ReadContext(JsonCursor c) =>
        ErrorFromJson.Named<ReadContextKind>(c["type"], "read context") switch
        {
            ReadContextKind.Encrypted => ReadBlockContext.OfEncrypted(Encryption(c["ctx"])),
            ReadContextKind.Unencrypted => ReadBlockContext.OfUnencrypted(c["hash"].UInt64()),
            _ => ReadBlockContext.Empty,
        };

    private static EncryptionContext Encryption(JsonCursor c) => new(
        Bytes12.From(c["nonce_hex"].Hex(Bytes12.Size)), Bytes16.From(c["tag_hex"].Hex(Bytes16.Size)));
}
