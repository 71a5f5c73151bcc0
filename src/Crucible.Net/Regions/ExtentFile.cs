using System.Buffers;
using System.Buffers.Binary;
using Crucible.Wire;
using Microsoft.Win32.SafeHandles;

namespace Crucible.Net.Regions;

/// <summary>
/// One extent's file. Its layout is the one disk servers exchange in repairs (n blocks of b bytes, little endian):
/// <code>
/// 0               n*b          block data, zeros if never written
/// n*b             48*n         context slots A
/// n*b + 48*n      48*n         context slots B, used by others only
/// n*b + 96*n      ceil(n/8)    which slot is the active one: all zero, so always A
/// end - 32        32           dirty u8, generation u64, flush u64, version u32 (2), zeros
/// </code>
/// One slot is enough here because nothing is written in place before the region's journal holds it durably.
/// </summary>
internal sealed class ExtentFile : IDisposable
{
    public const int TrailerBytes = 32;
    public const uint LayoutVersion = 2;

    private readonly SafeFileHandle _file;
    private readonly RegionDefinition _region;
    private readonly long _blockSize;

    private ExtentFile(SafeFileHandle file, RegionDefinition region)
    {
        _file = file;
        _region = region;
        _blockSize = (long)region.BlockSize;
    }

    /// <summary>Makes the file of an extent that was never written, durable but for its name.</summary>
    public static void Create(string path, RegionDefinition region, IDiskSync sync)
    {
        using var extent = new ExtentFile(File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite), region);
        RandomAccess.SetLength(extent._file, LengthOf(region));
        extent.WriteState(default);
        sync.Sync(extent._file);
    }

    public static ExtentFile Open(string path, RegionDefinition region, bool readOnly, out Message.ExtentState state)
    {
        if (!File.Exists(path))
            throw new RegionException(RegionFault.ExtentMissing, $"The extent file {path} is missing.");
        var access = readOnly ? FileAccess.Read : FileAccess.ReadWrite;
        var extent = new ExtentFile(File.OpenHandle(path, FileMode.Open, access, FileShare.ReadWrite), region);
        try
        {
            var length = RandomAccess.GetLength(extent._file);
            if (length != LengthOf(region))
                throw new RegionException(RegionFault.ExtentSizeWrong,
                    $"The extent file {path} has {length} bytes, not {LengthOf(region)}.");
            if (!TryReadState(extent._file, region, out state))
                throw new RegionException(RegionFault.ExtentUnreadable,
                    $"The extent file {path} does not end in metadata of version {LayoutVersion}.");
            return extent;
        }
        catch
        {
            extent.Dispose();
            throw;
        }
    }

    public static long LengthOf(RegionDefinition region) => TrailerOffset(region) + TrailerBytes;

    public static long SlotOffset(RegionDefinition region, long block) =>
        ((long)region.ExtentSize.Value * (long)region.BlockSize) + (block * ContextSlot.Size);

    public static long SecondSlotOffset(RegionDefinition region, long block) =>
        SlotOffset(region, (long)region.ExtentSize.Value + block);

    public static long BitmapOffset(RegionDefinition region) => SlotOffset(region, 2 * (long)region.ExtentSize.Value);

    public static long BitmapBytes(RegionDefinition region) => ((long)region.ExtentSize.Value + 7) / 8;

    public static long TrailerOffset(RegionDefinition region) => BitmapOffset(region) + BitmapBytes(region);

    public void ReadData(long block, Span<byte> data) => ReadFully(_file, data, block * _blockSize);

    public void WriteData(long block, ReadOnlySpan<byte> data) => RandomAccess.Write(_file, data, block * _blockSize);

    /// <summary>The contexts of consecutive blocks; null where none was ever written.</summary>
    /// <exception cref="IOException">A slot holds no context, or the file cannot be read.</exception>
    public void ReadContexts(long block, Span<BlockContext?> contexts)
    {
        var slots = ArrayPool<byte>.Shared.Rent(contexts.Length * ContextSlot.Size);
        try
        {
            var bytes = slots.AsSpan(0, contexts.Length * ContextSlot.Size);
            ReadFully(_file, bytes, SlotOffset(_region, block));
            for (var i = 0; i < contexts.Length; i++)
            {
                if (!ContextSlot.TryRead(bytes[(i * ContextSlot.Size)..], out contexts[i]))
                    contexts[i] = Unreadable;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(slots);
        }
    }

    /// <summary>Stands for a slot that holds no context: no block has this hash under this nonce and tag but by chance,
    /// so the block fails its check, alone, until it is written again.</summary>
    private static BlockContext Unreadable => new(0, new EncryptionContext(default, default));

    /// <summary>The bytes of consecutive context slots, whatever they say.</summary>
    public void ReadSlots(long block, Span<byte> slots) => ReadFully(_file, slots, SlotOffset(_region, block));

    public void WriteContexts(long block, ReadOnlySpan<byte> slots) =>
        RandomAccess.Write(_file, slots, SlotOffset(_region, block));

    public void WriteState(in Message.ExtentState state)
    {
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        FormatState(trailer, state);
        RandomAccess.Write(_file, trailer, TrailerOffset(_region));
    }

    /// <summary>The 32 bytes at the end of the file.</summary>
    public static void FormatState(Span<byte> trailer, in Message.ExtentState state)
    {
        trailer.Clear();
        trailer[0] = state.Dirty ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt64LittleEndian(trailer[1..], state.Generation.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(trailer[9..], state.FlushNumber.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[17..], LayoutVersion);
    }

    /// <summary>Has what was written go to disk from now on, so that syncing several files does not wait for one after
    /// the other.</summary>
    public void BeginWriting() => WriteBehind.Begin(_file, 0, 0);

    public void Sync(IDiskSync sync) => sync.Sync(_file);

    public void Dispose() => _file.Dispose();

    /// <summary>Reads the metadata at the end of a file.</summary>
    /// <returns>False if the file does not end in metadata of the known version.</returns>
    public static bool TryReadState(SafeFileHandle file, RegionDefinition region, out Message.ExtentState state)
    {
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        ReadFully(file, trailer, TrailerOffset(region));
        state = new(
            new(BinaryPrimitives.ReadUInt64LittleEndian(trailer[1..])),
            new(BinaryPrimitives.ReadUInt64LittleEndian(trailer[9..])),
            trailer[0] == 1);
        return trailer[0] <= 1 && BinaryPrimitives.ReadUInt32LittleEndian(trailer[17..]) == LayoutVersion;
    }

    public static void ReadFully(SafeFileHandle file, Span<byte> into, long offset)
    {
        while (!into.IsEmpty)
        {
            var read = RandomAccess.Read(file, into, offset);
            if (read == 0)
                throw new EndOfStreamException("An extent file ended before its length.");
            into = into[read..];
            offset += read;
        }
    }
}
