using System.Diagnostics;

namespace Crucible.Wire.Reading;

/// <summary>The composite types of protocol section 4, as they are read.</summary>
internal static class CompositeFields
{
    // The fewest bytes an element can take: a hash and an absent option; a bare tag.
    private const int LeastContextBytes = 9;
    private const int LeastReadContextBytes = 4;

    public static SessionIds Ids(this ref FieldReader r) =>
        new(new UpstairsId(r.Uuid("upstairs_id")), new SessionId(r.Uuid("session_id")));

    public static JobId Job(this ref FieldReader r) => new(r.UInt64("job_id"));

    public static ReconciliationId RepairId(this ref FieldReader r) => new(r.UInt64("repair_id"));

    public static ExtentId Extent(this ref FieldReader r) => new(r.UInt32("extent_id"));

    public static BlockIndex Start(this ref FieldReader r) => new(r.UInt64("start"));

    public static FlushNumber FlushNumber(this ref FieldReader r) => new(r.UInt64("flush_number"));

    public static Generation Generation(this ref FieldReader r, string field) => new(r.UInt64(field));

    public static ClientId Client(this ref FieldReader r, string field) => new(r.Byte(field));

    public static JobId[] Dependencies(this ref FieldReader r) => r.Dependencies(null);

    // The same, with a list from a pool if there is one.
    public static JobId[] Dependencies(this ref FieldReader r, MessagePool? pool)
    {
        var count = r.Count("dependencies", sizeof(ulong));
        var list = pool?.TakeList(count) ?? NewList<JobId>(count);
        for (var i = 0; i < list.Length; i++)
            list[i] = new JobId(r.UInt64("dependencies"));
        return list;
    }

    public static uint[] Versions(this ref FieldReader r, string field)
    {
        var list = NewList<uint>(r.Count(field, sizeof(uint)));
        for (var i = 0; i < list.Length; i++)
            list[i] = r.UInt32(field);
        return list;
    }

    public static ClientId[] Clients(this ref FieldReader r, string field)
    {
        var list = NewList<ClientId>(r.Count(field, sizeof(byte)));
        for (var i = 0; i < list.Length; i++)
            list[i] = r.Client(field);
        return list;
    }

    public static Generation[] Generations(this ref FieldReader r, string field)
    {
        var list = NewList<Generation>(r.Count(field, sizeof(ulong)));
        for (var i = 0; i < list.Length; i++)
            list[i] = r.Generation(field);
        return list;
    }

    public static FlushNumber[] FlushNumbers(this ref FieldReader r, string field)
    {
        var list = NewList<FlushNumber>(r.Count(field, sizeof(ulong)));
        for (var i = 0; i < list.Length; i++)
            list[i] = new FlushNumber(r.UInt64(field));
        return list;
    }

    public static bool[] Bools(this ref FieldReader r, string field)
    {
        var list = NewList<bool>(r.Count(field, sizeof(bool)));
        for (var i = 0; i < list.Length && r.Error is null; i++)
        {
            r.EnterElement(field, i);
            list[i] = r.Bool("");
        }

        r.LeaveList();
        return list;
    }

    public static BlockContext[] Contexts(this ref FieldReader r, string field) => r.Contexts(field, []);

    // What was used before is taken for the list if it has its length.
    public static BlockContext[] Contexts(this ref FieldReader r, string field, BlockContext[] used)
    {
        var list = ListOf(r.BlockCount(field, LeastContextBytes), used);
        for (var i = 0; i < list.Length && r.Error is null; i++)
        {
            r.EnterElement(field, i);
            list[i] = new BlockContext(
                r.UInt64("hash"), r.IsSome("encryption_context") ? r.Encryption("encryption_context") : null);
        }

        r.LeaveList();
        return list;
    }

    // The same; there may be nothing that was used before.
    public static WireResult<ReadBlockContext[]> ReadResult(
        this ref FieldReader r, string field, ReadBlockContext[]? used) =>
        r.Variant(field, 1) == 0
            ? WireResult<ReadBlockContext[]>.Ok(r.ReadContexts(field, used))
            : WireResult<ReadBlockContext[]>.Err(r.CrucibleError(field));

    public static WireResult<Unit> Result(this ref FieldReader r, string field) =>
        r.Variant(field, 1) == 0 ? WireResult<Unit>.Ok(default) : WireResult<Unit>.Err(r.CrucibleError(field));

    public static WireResult<Message.ExtentState> CloseResult(this ref FieldReader r, string field) =>
        r.Variant(field, 1) == 0
            ? WireResult<Message.ExtentState>.Ok(
                new(r.Generation("result.generation"), new(r.UInt64("result.flush_number")), r.Bool("result.dirty")))
            : WireResult<Message.ExtentState>.Err(r.CrucibleError(field));

    public static RegionDefinition Region(this ref FieldReader r) => new(
        r.UInt64("region_def.block_size"),
        new Block(r.UInt64("region_def.extent_size"), r.UInt32("region_def.extent_size")),
        r.UInt32("region_def.extent_count"),
        new RegionId(r.Uuid("region_def.uuid")),
        r.Bool("region_def.encrypted"),
        r.UInt64("region_def.database_read_version"),
        r.UInt64("region_def.database_write_version"));

    public static CrucibleError CrucibleError(this ref FieldReader r, string field)
    {
        var kind = (CrucibleErrorKind)r.Variant(field, (uint)CrucibleErrorKind.NegotiationError);
        return Wire.CrucibleError.PayloadOf(kind) switch
        {
            CrucibleErrorPayload.None => new CrucibleError.Plain(kind),
            CrucibleErrorPayload.Text => new CrucibleError.WithText(kind, r.Text(field)),
            CrucibleErrorPayload.Slot => new CrucibleError.MissingContextSlot(r.UInt64(field), r.UInt32(field)),
            CrucibleErrorPayload.Negotiation => new CrucibleError.Negotiation(r.NegotiationError(field)),
            _ => throw new UnreachableException($"payload of {kind}"),
        };
    }

    private static NegotiationError NegotiationError(this ref FieldReader r, string field)
    {
        var kind = (NegotiationErrorKind)r.Variant(field, (uint)NegotiationErrorKind.SessionIdMismatch);
        return kind switch
        {
            NegotiationErrorKind.OutOfOrder => new NegotiationError.OutOfOrder(),
            NegotiationErrorKind.GenerationZeroIsIllegal => new NegotiationError.GenerationZeroIsIllegal(),
            NegotiationErrorKind.GenerationNumberTooLow =>
                new NegotiationError.GenerationNumberTooLow(r.UInt64(field), r.UInt64(field)),
            NegotiationErrorKind.IncompatibleVersion =>
                new NegotiationError.IncompatibleVersion(r.UInt32(field), r.UInt32(field)),
            NegotiationErrorKind.EncryptionMismatch =>
                new NegotiationError.EncryptionMismatch(r.Bool(field), r.Bool(field)),
            NegotiationErrorKind.ReadOnlyMismatch => new NegotiationError.ReadOnlyMismatch(r.Bool(field), r.Bool(field)),
            NegotiationErrorKind.UpstairsIdMismatch =>
                new NegotiationError.UpstairsIdMismatch(r.Uuid(field), r.Uuid(field)),
            NegotiationErrorKind.SessionIdMismatch =>
                new NegotiationError.SessionIdMismatch(r.Uuid(field), r.Uuid(field)),
            _ => throw new UnreachableException($"negotiation error {kind}"),
        };
    }

    private static ReadBlockContext[] ReadContexts(this ref FieldReader r, string field, ReadBlockContext[]? used)
    {
        var list = ListOf(r.BlockCount(field, LeastReadContextBytes), used);
        for (var i = 0; i < list.Length && r.Error is null; i++)
        {
            r.EnterElement(field, i);
            list[i] = (ReadContextKind)r.Variant("type", (uint)ReadContextKind.Unencrypted) switch
            {
                ReadContextKind.Encrypted => ReadBlockContext.OfEncrypted(r.Encryption("ctx")),
                ReadContextKind.Unencrypted => ReadBlockContext.OfUnencrypted(r.UInt64("hash")),
                _ => ReadBlockContext.Empty,
            };
        }

        r.LeaveList();
        return list;
    }

    private static EncryptionContext Encryption(this ref FieldReader r, string field) => new(r.Nonce(field), r.Tag(field));

    private static T[] NewList<T>(int count) => count == 0 ? [] : new T[count];

    private static T[] ListOf<T>(int count, T[]? used) => used?.Length == count ? used : NewList<T>(count);
}
