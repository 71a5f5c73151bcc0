using System.Diagnostics;
using System.Net;

namespace Crucible.Wire.Tests;

/// <summary>Messages of every kind from a seed; numbers lean towards the edges of their range.</summary>
internal sealed class MessageGenerator(int seed)
{
    private static readonly string[] Texts = ["", "x", "extent 3: fsync 1 failure", "süß-日本-🦀", "a\0b\n\"\\", new('é', 300)];

    private readonly Random _random = new(seed);

    public Message Next(MessageKind kind) => kind switch
    {
        MessageKind.HereIAm => new Message.HereIAm(
            UInt32(), Ids(), new(UInt64()), Bool(), Bool(), List(UInt32)),
        MessageKind.YesItsMe => new Message.YesItsMe(UInt32(), Address()),
        MessageKind.VersionMismatch => new Message.VersionMismatch(UInt32()),
        MessageKind.ReadOnlyMismatch => new Message.ReadOnlyMismatch(Bool()),
        MessageKind.EncryptedMismatch => new Message.EncryptedMismatch(Bool()),
        MessageKind.PromoteToActive => new Message.PromoteToActive(Ids(), new(UInt64())),
        MessageKind.YouAreNowActive => new Message.YouAreNowActive(Ids(), new(UInt64())),
        MessageKind.YouAreNoLongerActive => new Message.YouAreNoLongerActive(Ids(), new(UInt64())),
        MessageKind.UuidMismatch => new Message.UuidMismatch(Uuid()),
        MessageKind.Ruok => new Message.Ruok(),
        MessageKind.Imok => new Message.Imok(),
        MessageKind.ExtentClose => new Message.ExtentClose(new(UInt64()), new(UInt32())),
        MessageKind.ExtentReopen => new Message.ExtentReopen(new(UInt64()), new(UInt32())),
        MessageKind.ExtentFlush => new Message.ExtentFlush(
            new(UInt64()), new(UInt32()), new(Byte()), new(UInt64()), new(UInt64())),
        MessageKind.ExtentRepair => new Message.ExtentRepair(
            new(UInt64()), new(UInt32()), new(Byte()), Address(), List(() => new ClientId(Byte()))),
        MessageKind.RepairAckId => new Message.RepairAckId(new(UInt64())),
        MessageKind.ExtentError => new Message.ExtentError(new(UInt64()), new(UInt32()), Error()),
        MessageKind.ExtentLiveClose => new Message.ExtentLiveClose(Ids(), Job(), List(Job), new(UInt32())),
        MessageKind.ExtentLiveFlushClose => new Message.ExtentLiveFlushClose(
            Ids(), Job(), List(Job), new(UInt32()), new(UInt64()), new(UInt64())),
        MessageKind.ExtentLiveRepair => new Message.ExtentLiveRepair(
            Ids(), Job(), List(Job), new(UInt32()), new(Byte()), Address()),
        MessageKind.ExtentLiveReopen => new Message.ExtentLiveReopen(Ids(), Job(), List(Job), new(UInt32())),
        MessageKind.ExtentLiveNoOp => new Message.ExtentLiveNoOp(Ids(), Job(), List(Job)),
        MessageKind.ExtentLiveCloseAck => new Message.ExtentLiveCloseAck(
            Ids(), Job(), Result(() => new Message.ExtentState(new(UInt64()), new(UInt64()), Bool()))),
        MessageKind.ExtentLiveRepairAckId => new Message.ExtentLiveRepairAckId(Ids(), Job(), Result(() => default(Unit))),
        MessageKind.ExtentLiveAckId => new Message.ExtentLiveAckId(Ids(), Job(), Result(() => default(Unit))),
        MessageKind.RegionInfoPlease => new Message.RegionInfoPlease(),
        MessageKind.RegionInfo => new Message.RegionInfo(new RegionDefinition(
            UInt64(), new(UInt64(), UInt32()), UInt32(), new(Uuid()), Bool(), UInt64(), UInt64())),
        MessageKind.ExtentVersionsPlease => new Message.ExtentVersionsPlease(),
        MessageKind.ExtentVersions => new Message.ExtentVersions(
            List(() => new Generation(UInt64())), List(() => new FlushNumber(UInt64())), List(Bool)),
        MessageKind.LastFlush => new Message.LastFlush(Bool() ? Job() : null),
        MessageKind.Write => new Message.Write(Ids(), Job(), List(Job), new(UInt64()), List(Context), Data()),
        MessageKind.WriteAck => new Message.WriteAck(Ids(), Job(), Result(() => default(Unit))),
        MessageKind.Flush => new Message.Flush(
            Ids(), Job(), List(Job), new(UInt64()), new(UInt64()), Bool() ? Text() : null,
            Bool() ? new ExtentId(UInt32()) : null),
        MessageKind.FlushAck => new Message.FlushAck(Ids(), Job(), Result(() => default(Unit))),
        MessageKind.Barrier => new Message.Barrier(Ids(), Job(), List(Job)),
        MessageKind.BarrierAck => new Message.BarrierAck(Ids(), Job(), Result(() => default(Unit))),
        MessageKind.ReadRequest => new Message.ReadRequest(Ids(), Job(), List(Job), new(UInt64()), UInt64()),
        MessageKind.ReadResponse => new Message.ReadResponse(Ids(), Job(), Result(() => List(ReadContext)), Data()),
        MessageKind.WriteUnwritten => new Message.WriteUnwritten(
            Ids(), Job(), List(Job), new(UInt64()), List(Context), Data()),
        MessageKind.WriteUnwrittenAck => new Message.WriteUnwrittenAck(Ids(), Job(), Result(() => default(Unit))),
        MessageKind.ErrorReport => new Message.ErrorReport(Ids(), Job(), Error()),
        MessageKind.Unknown => new Message.Unknown(UInt32(), Data()),
        _ => throw new UnreachableException($"no generator for {kind}"),
    };

    public CrucibleError Error() => Error((CrucibleErrorKind)_random.Next(42));

    public CrucibleError Error(CrucibleErrorKind kind) => CrucibleError.PayloadOf(kind) switch
    {
        CrucibleErrorPayload.None => new CrucibleError.Plain(kind),
        CrucibleErrorPayload.Text => new CrucibleError.WithText(kind, Text()),
        CrucibleErrorPayload.Slot => new CrucibleError.MissingContextSlot(UInt64(), UInt32()),
        _ => new CrucibleError.Negotiation(Negotiation((NegotiationErrorKind)_random.Next(8))),
    };

    public NegotiationError Negotiation(NegotiationErrorKind kind) => kind switch
    {
        NegotiationErrorKind.OutOfOrder => new NegotiationError.OutOfOrder(),
        NegotiationErrorKind.GenerationZeroIsIllegal => new NegotiationError.GenerationZeroIsIllegal(),
        NegotiationErrorKind.GenerationNumberTooLow => new NegotiationError.GenerationNumberTooLow(UInt64(), UInt64()),
        NegotiationErrorKind.IncompatibleVersion => new NegotiationError.IncompatibleVersion(UInt32(), UInt32()),
        NegotiationErrorKind.EncryptionMismatch => new NegotiationError.EncryptionMismatch(Bool(), Bool()),
        NegotiationErrorKind.ReadOnlyMismatch => new NegotiationError.ReadOnlyMismatch(Bool(), Bool()),
        NegotiationErrorKind.UpstairsIdMismatch => new NegotiationError.UpstairsIdMismatch(Uuid(), Uuid()),
        NegotiationErrorKind.SessionIdMismatch => new NegotiationError.SessionIdMismatch(Uuid(), Uuid()),
        _ => throw new UnreachableException($"no generator for {kind}"),
    };

    private bool Bool() => _random.Next(2) == 1;

    private byte Byte() => (byte)_random.Next(256);

    private uint UInt32() => _random.Next(4) switch
    {
        0 => 0,
        1 => uint.MaxValue,
        _ => (uint)_random.NextInt64(1L << _random.Next(1, 33)),
    };

    private ulong UInt64() => _random.Next(4) switch
    {
        0 => 0,
        1 => ulong.MaxValue,
        _ => (ulong)_random.NextInt64() >> _random.Next(63),
    };

    private Guid Uuid() => new(Bytes(16));

    private SessionIds Ids() => new(new(Uuid()), new(Uuid()));

    private JobId Job() => new(UInt64());

    private string Text() => Texts[_random.Next(Texts.Length)];

    private IPEndPoint Address() => new(new IPAddress(Bytes(Bool() ? 4 : 16)), _random.Next(65536));

    private byte[] Data() => Bytes(_random.Next(3) == 0 ? 0 : _random.Next(1, 600));

    private EncryptionContext Encryption() => new(Bytes12.From(Bytes(12)), Bytes16.From(Bytes(16)));

    private BlockContext Context() => new(UInt64(), Bool() ? Encryption() : null);

    private ReadBlockContext ReadContext() => _random.Next(3) switch
    {
        0 => ReadBlockContext.Empty,
        1 => ReadBlockContext.OfEncrypted(Encryption()),
        _ => ReadBlockContext.OfUnencrypted(UInt64()),
    };

    private WireResult<T> Result<T>(Func<T> ok) => Bool() ? WireResult<T>.Ok(ok()) : WireResult<T>.Err(Error());

    private T[] List<T>(Func<T> item) => [.. Enumerable.Range(0, _random.Next(6)).Select(_ => item())];

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }
}
