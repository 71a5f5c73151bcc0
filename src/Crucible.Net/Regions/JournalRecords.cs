using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Crucible.Core.Downstairs;
using Crucible.Wire;

namespace Crucible.Net.Regions;

/// <summary>What a journal record is about.</summary>
internal enum JournalRecordKind : uint
{
    /// <summary>Blocks with their contexts; a is the first block, count the number of blocks.</summary>
    Write = 1,

    /// <summary>A flush; a is the generation, b the flush number, count the extents listed.</summary>
    Flush = 2,

    /// <summary>The same, with the mark of the job that asked for it.</summary>
    MarkedFlush = 3,
}

/// <summary>
/// The bytes of a journal record before its block data: a header of 48 bytes, then for a write 37 bytes of context a
/// block, for a flush its mark if it has one (session, job) and 4 bytes an extent. The checksum covers all of that; block
/// data is covered by the contexts' hashes.
/// </summary>
/// <remarks>The checksum begins with a salt that is made anew whenever the journal starts over and that no guest knows.
/// So neither an old record left behind the end of the journal nor guest data that looks like one is ever taken for a
/// record.</remarks>
internal static class JournalRecords
{
    public const int HeaderBytes = 48;

    /// <summary>Session id and job id.</summary>
    public const int MarkBytes = 24;
    private const uint Magic = 0x4a435243;
    private const int ContextBytes = 37;
    private const int ExtentBytes = 4;
    private const int ChecksumOffset = 40;

    /// <summary>A record's header. Count is not yet trustworthy before <see cref="IsIntact"/>.</summary>
    internal readonly record struct Header(JournalRecordKind Kind, ulong Sequence, ulong A, ulong B, ulong Count);

    public static long MetadataBytes(in Header header) => header.Kind == JournalRecordKind.Write
        ? HeaderBytes + ((long)header.Count * ContextBytes)
        : ExtentsOffset(header.Kind) + ((long)header.Count * ExtentBytes);

    /// <summary>What <see cref="Write"/> needs for so many blocks.</summary>
    public static int WriteBytes(int blocks) => HeaderBytes + (blocks * ContextBytes);

    /// <summary>Formats the record of a write, without its data.</summary>
    /// <param name="bytes">As many as <see cref="WriteBytes"/> says.</param>
    public static void Write(
        Span<byte> bytes, ulong salt, ulong sequence, ulong startBlock, ReadOnlySpan<BlockContext> contexts)
    {
        var header = new Header(JournalRecordKind.Write, sequence, startBlock, 0, (ulong)contexts.Length);
        for (var i = 0; i < contexts.Length; i++)
            WriteContext(bytes.Slice(HeaderBytes + (i * ContextBytes), ContextBytes), contexts[i]);
        Finish(bytes, salt, header);
    }

    public static byte[] Flush(
        ulong salt, ulong sequence, Generation generation, FlushNumber flush, FlushMark? mark,
        ReadOnlySpan<uint> extents)
    {
        var kind = mark is null ? JournalRecordKind.Flush : JournalRecordKind.MarkedFlush;
        var header = new Header(kind, sequence, generation.Value, flush.Value, (ulong)extents.Length);
        var bytes = GC.AllocateUninitializedArray<byte>((int)MetadataBytes(header));
        if (mark is { } asked)
            WriteMark(bytes.AsSpan(HeaderBytes), asked);
        for (var i = 0; i < extents.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(ExtentsOffset(kind) + (i * ExtentBytes)), extents[i]);
        Finish(bytes, salt, header);
        return bytes;
    }

    public static void WriteMark(Span<byte> bytes, in FlushMark mark)
    {
        mark.Session.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], mark.Job.Value);
    }

    public static FlushMark ReadMark(ReadOnlySpan<byte> bytes) => new(
        new(new Guid(bytes[..16], bigEndian: true)), new(BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..])));

    /// <summary>Reads a header of 48 bytes.</summary>
    /// <returns>False if these bytes do not begin a record.</returns>
    public static bool TryReadHeader(ReadOnlySpan<byte> bytes, out Header header)
    {
        header = new(
            (JournalRecordKind)BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]));
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Magic
            && header.Kind is JournalRecordKind.Write or JournalRecordKind.Flush or JournalRecordKind.MarkedFlush;
    }

    /// <summary>Whether header and metadata are as they were written, in this life of the journal.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> metadata, ulong salt) =>
        BinaryPrimitives.ReadUInt64LittleEndian(metadata[ChecksumOffset..]) == Checksum(metadata, salt);

    public static BlockContext[] ReadContexts(ReadOnlySpan<byte> metadata, in Header header)
    {
        var contexts = new BlockContext[(int)header.Count];
        for (var i = 0; i < contexts.Length; i++)
        {
            var bytes = metadata.Slice(HeaderBytes + (i * ContextBytes), ContextBytes);
            EncryptionContext? encryption = bytes[8] == 0
                ? null
                : new(Bytes12.From(bytes.Slice(9, Bytes12.Size)), Bytes16.From(bytes.Slice(21, Bytes16.Size)));
            contexts[i] = new(BinaryPrimitives.ReadUInt64LittleEndian(bytes), encryption);
        }
        return contexts;
    }

    public static uint[] ReadExtents(ReadOnlySpan<byte> metadata, in Header header)
    {
        var extents = new uint[(int)header.Count];
        var listed = metadata[ExtentsOffset(header.Kind)..];
        for (var i = 0; i < extents.Length; i++)
            extents[i] = BinaryPrimitives.ReadUInt32LittleEndian(listed[(i * ExtentBytes)..]);
        return extents;
    }

    /// <summary>The mark of a flush; null if it has none.</summary>
    public static FlushMark? MarkOf(ReadOnlySpan<byte> metadata, in Header header) =>
        header.Kind == JournalRecordKind.MarkedFlush ? ReadMark(metadata[HeaderBytes..]) : null;

    private static int ExtentsOffset(JournalRecordKind kind) =>
        HeaderBytes + (kind == JournalRecordKind.MarkedFlush ? MarkBytes : 0);

    private static void WriteContext(Span<byte> bytes, in BlockContext context)
    {
        bytes.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, context.Hash);
        if (context.Encryption is not { } encryption)
            return;
        bytes[8] = 1;
        encryption.Nonce.CopyTo(bytes[9..]);
        encryption.Tag.CopyTo(bytes[21..]);
    }

    private static void Finish(Span<byte> bytes, ulong salt, in Header header)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], (uint)header.Kind);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], header.Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], header.A);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], header.B);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[32..], header.Count);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[ChecksumOffset..], Checksum(bytes, salt));
    }

    private static ulong Checksum(ReadOnlySpan<byte> metadata, ulong salt)
    {
        var hash = default(XxHash64Incremental);
        hash.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in salt)));
        hash.Append(metadata[..ChecksumOffset]);
        hash.Append(metadata[HeaderBytes..]);
        return hash.Digest();
    }
}
