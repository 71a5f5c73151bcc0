using System.Buffers.Binary;
using System.Security.Cryptography;
using Crucible.Core.Downstairs;
using Crucible.Wire;
using Microsoft.Win32.SafeHandles;

namespace Crucible.Net.Regions;

/// <summary>
/// The region's journal: a file to which every write and every flush is appended, and which starts over once its
/// content is in the extents. It knows records and lives, not what a region makes of them.
/// </summary>
/// <remarks>
/// <code>
/// 0      header copy for even lives   magic, region id, life u64, salt u64, mark of the newest flush, checksum
/// 4096   header copy for odd lives
/// 8192   records of the present life, one behind another, numbered from 0
/// </code>
/// A new life is begun by writing the copy that the last one did not use, so a torn header leaves the last life whole:
/// its records are then applied once more, to the same effect. The file never shrinks; rewriting the same blocks keeps
/// the cost of an fsync low.
/// </remarks>
internal sealed class Journal : IDisposable
{
    public const long FirstRecord = 2 * HeaderSpacing;

    /// <summary>The most that is gathered for one append: copying more costs more than another call. A guess.</summary>
    public const int GatheredBytesMax = 128 * 1024;
    private const long HeaderSpacing = 4096;

    /// <summary>Up to and with the checksum.</summary>
    private const int HeaderBytes = 80;
    private const int MarkOffset = 40;
    private const int ChecksumOffset = MarkOffset + sizeof(ulong) + JournalRecords.MarkBytes;
    private const ulong Magic = 0x324c4e524a435243;

    /// <summary>Of journals from before there were marks: the checksum stands where the mark is now.</summary>
    private const ulong UnmarkedMagic = 0x314c4e524a435243;

    private readonly SafeFileHandle _file;
    private readonly Guid _region;
    private readonly IDiskSync _sync;
    private ulong _life;
    private ulong _salt;
    private ulong _sequence;
    private byte[]? _gathered;

    /// <summary>Up to here the kernel was told to write. What is behind it waits for a sync, or for more of it.</summary>
    private long _begun = FirstRecord;

    /// <summary>Where the durable part ends; -1 while that is not known, as after opening.</summary>
    private long _syncedTail = -1;

    private Journal(SafeFileHandle file, Guid region, IDiskSync sync)
    {
        _file = file;
        _region = region;
        _sync = sync;
    }

    /// <summary>Where the next record goes, in bytes from the start of the file.</summary>
    public long Tail { get; private set; } = FirstRecord;

    /// <summary>The newest whole flush that is durable; null if there was none.</summary>
    public FlushMark? Flushed { get; private set; }

    public bool IsEmpty => Tail == FirstRecord;

    public static void Create(string path, RegionId region, IDiskSync sync)
    {
        using var journal = new Journal(
            File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite), region.Value, sync);
        journal.StartOver();
    }

    public static Journal Open(string path, RegionId region, bool readOnly, IDiskSync sync)
    {
        if (!File.Exists(path))
            throw new RegionException(RegionFault.JournalUnreadable, $"The journal {path} is missing.");
        var access = readOnly ? FileAccess.Read : FileAccess.ReadWrite;
        var journal = new Journal(
            File.OpenHandle(path, FileMode.Open, access, FileShare.ReadWrite), region.Value, sync);
        var found = journal.ReadHeader(0) | journal.ReadHeader(HeaderSpacing);
        if (found)
            return journal;
        journal.Dispose();
        throw new RegionException(RegionFault.JournalUnreadable, $"The journal {path} does not belong to this region.");
    }

    /// <summary>Appends a write; it is not durable before <see cref="Sync"/>.</summary>
    /// <returns>Where the data of its first block lies.</returns>
    public long AppendWrite(ulong startBlock, ReadOnlySpan<BlockContext> contexts, ReadOnlyMemory<byte> data)
    {
        var metadataBytes = JournalRecords.WriteBytes(contexts.Length);
        var dataOffset = Tail + metadataBytes;
        if (metadataBytes + (long)data.Length <= GatheredBytesMax)
        {
            var bytes = Gather(0, _sequence, startBlock, contexts, data.Span);
            RandomAccess.Write(_file, _gathered.AsSpan(0, bytes), Tail);
        }
        else
        {
            var metadata = new byte[metadataBytes];
            JournalRecords.Write(metadata, _salt, _sequence, startBlock, contexts);
            RandomAccess.Write(_file, [metadata, data], Tail);
        }
        Advance(dataOffset + data.Length);
        BeginWriting();
        return dataOffset;
    }

    /// <summary>Appends small writes as one, each with a record of its own.</summary>
    /// <param name="dataOffsets">One for each: where the data of its first block lies.</param>
    /// <returns>False if they do not fit <see cref="GatheredBytesMax"/>; nothing was done.</returns>
    public bool TryAppendWrites(ReadOnlySpan<BlockWrite> writes, Span<long> dataOffsets)
    {
        var bytes = 0L;
        foreach (var write in writes)
            bytes += JournalRecords.WriteBytes(write.Contexts.Length) + (long)write.Data.Length;
        if (bytes > GatheredBytesMax)
            return false;
        var at = 0;
        for (var i = 0; i < writes.Length; i++)
        {
            var write = writes[i];
            at = Gather(at, _sequence + (ulong)i, write.Start.Value, write.Contexts, write.Data.Span);
            dataOffsets[i] = Tail + at - write.Data.Length;
        }
        RandomAccess.Write(_file, _gathered.AsSpan(0, at), Tail);
        Tail += at;
        _sequence += (ulong)writes.Length;
        BeginWriting();
        return true;
    }

    /// <summary>Appends a flush; it is not durable before <see cref="Sync"/>.</summary>
    public void AppendFlush(Generation generation, FlushNumber flush, FlushMark? mark, ReadOnlySpan<uint> extents)
    {
        var metadata = JournalRecords.Flush(_salt, _sequence, generation, flush, mark, extents);
        RandomAccess.Write(_file, metadata, Tail);
        Advance(Tail + metadata.Length);
    }

    /// <summary>Makes what was appended durable; costs nothing if it is.</summary>
    public void Sync()
    {
        if (_syncedTail == Tail)
            return;
        _sync.Sync(_file);
        _syncedTail = Tail;
    }

    /// <summary>The flush of this mark is done: it is kept through every new life.</summary>
    public void Remember(in FlushMark mark) => Flushed = mark;

    public void ReadData(long offset, Span<byte> into)
    {
        if (!TryRead(offset, into))
            throw new EndOfStreamException("The journal ended inside a record.");
    }

    /// <summary>Begins a new life: everything in the journal is forgotten, durably.</summary>
    public void StartOver()
    {
        var life = _life + 1;
        var salt = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        Span<byte> header = stackalloc byte[HeaderBytes];
        header.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(header, Magic);
        _region.TryWriteBytes(header[8..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], life);
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], salt);
        header[MarkOffset] = Flushed is null ? (byte)0 : (byte)1;
        if (Flushed is { } mark)
            JournalRecords.WriteMark(header[(MarkOffset + sizeof(ulong))..], mark);
        BinaryPrimitives.WriteUInt64LittleEndian(header[ChecksumOffset..], XxHash64.Hash(header[..ChecksumOffset]));
        RandomAccess.Write(_file, header, HeaderOffset(life));
        _sync.Sync(_file);
        (_life, _salt, _sequence) = (life, salt, 0);
        Tail = _syncedTail = _begun = FirstRecord;
    }

    /// <summary>
    /// Reads the records of the present life in order, up to the first that is not whole: the process or the machine
    /// ended before it was. <see cref="Tail"/> is then behind the last whole one.
    /// </summary>
    /// <param name="blockSize">Bytes in a block.</param>
    /// <param name="onWrite">First block, contexts, where the data of the first block lies.</param>
    /// <param name="onFlush">Generation, flush number, extents.</param>
    public void Replay(
        int blockSize,
        Action<ulong, BlockContext[], long> onWrite,
        Action<Generation, FlushNumber, uint[]> onFlush)
    {
        var header = new byte[JournalRecords.HeaderBytes];
        var length = RandomAccess.GetLength(_file);
        while (TryRead(Tail, header) && JournalRecords.TryReadHeader(header, out var record)
            && record.Sequence == _sequence && record.Count <= (ulong)length
            && Tail + JournalRecords.MetadataBytes(record) <= length)
        {
            var metadata = new byte[JournalRecords.MetadataBytes(record)];
            if (!TryRead(Tail, metadata) || !JournalRecords.IsIntact(metadata, _salt))
                return;
            var dataOffset = Tail + metadata.Length;
            if (record.Kind == JournalRecordKind.Write)
            {
                var contexts = JournalRecords.ReadContexts(metadata, record);
                if (!IsDataIntact(dataOffset, contexts, blockSize))
                    return;
                onWrite(record.A, contexts, dataOffset);
                Advance(dataOffset + (contexts.Length * (long)blockSize));
            }
            else
            {
                onFlush(new(record.A), new(record.B), JournalRecords.ReadExtents(metadata, record));
                Flushed = JournalRecords.MarkOf(metadata, record) ?? Flushed;
                Advance(dataOffset);
            }
        }
    }

    public void Dispose() => _file.Dispose();

    private static long HeaderOffset(ulong life) => (long)(life % 2) * HeaderSpacing;

    private void Advance(long tail)
    {
        Tail = tail;
        _sequence++;
    }

    /// <summary>So that the sync of a journal that has become long does not have to write all of it.</summary>
    private void BeginWriting()
    {
        if (Tail - _begun < WriteBehind.WindowBytes)
            return;
        WriteBehind.Begin(_file, _begun, WriteBehind.WindowBytes);
        _begun += WriteBehind.WindowBytes;
    }

    /// <summary>Puts a record behind what was gathered.</summary>
    /// <returns>Where the next one goes.</returns>
    private int Gather(
        int at, ulong sequence, ulong startBlock, ReadOnlySpan<BlockContext> contexts, ReadOnlySpan<byte> data)
    {
        _gathered ??= GC.AllocateUninitializedArray<byte>(GatheredBytesMax);
        var metadata = _gathered.AsSpan(at, JournalRecords.WriteBytes(contexts.Length));
        JournalRecords.Write(metadata, _salt, sequence, startBlock, contexts);
        data.CopyTo(_gathered.AsSpan(at + metadata.Length));
        return at + metadata.Length + data.Length;
    }

    private bool IsDataIntact(long offset, BlockContext[] contexts, int blockSize)
    {
        var block = new byte[blockSize];
        foreach (var context in contexts)
        {
            if (!TryRead(offset, block) || BlockHash.Of(context.Encryption, block) != context.Hash)
                return false;
            offset += blockSize;
        }
        return true;
    }

    private bool ReadHeader(long offset)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (!TryRead(offset, header))
            return false;
        var isMarked = BinaryPrimitives.ReadUInt64LittleEndian(header) == Magic;
        var checksumOffset = isMarked ? ChecksumOffset : MarkOffset;
        if ((!isMarked && BinaryPrimitives.ReadUInt64LittleEndian(header) != UnmarkedMagic)
            || new Guid(header.Slice(8, 16), bigEndian: true) != _region
            || BinaryPrimitives.ReadUInt64LittleEndian(header[checksumOffset..])
                != XxHash64.Hash(header[..checksumOffset]))
            return false;
        var life = BinaryPrimitives.ReadUInt64LittleEndian(header[24..]);
        if (life <= _life)
            return true;
        (_life, _salt) = (life, BinaryPrimitives.ReadUInt64LittleEndian(header[32..]));
        Flushed = isMarked && header[MarkOffset] != 0
            ? JournalRecords.ReadMark(header[(MarkOffset + sizeof(ulong))..])
            : null;
        return true;
    }

    private bool TryRead(long offset, Span<byte> into)
    {
        while (!into.IsEmpty)
        {
            var read = RandomAccess.Read(_file, into, offset);
            if (read == 0)
                return false;
            into = into[read..];
            offset += read;
        }
        return true;
    }
}
