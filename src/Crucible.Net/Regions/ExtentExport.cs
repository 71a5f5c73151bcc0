using Crucible.Wire;
using Microsoft.Win32.SafeHandles;

namespace Crucible.Net.Regions;

/// <summary>
/// One extent on its way out, in the layout of <see cref="ExtentFile"/>. A closed extent and one of a read-only region
/// go out as they are. An extent that is open, or was opened again meanwhile, goes out marked dirty, so that nobody
/// takes the mixture for a flushed copy.
/// </summary>
public sealed class ExtentExport : IDisposable
{
    private const int DataBytesAtOnce = 256 * 1024;
    private const int SlotsAtOnce = 4096;

    private readonly SafeFileHandle _file;
    private readonly Region _region;
    private readonly ExtentId _extent;
    private readonly bool _wasStable;
    private readonly int _openings;

    internal ExtentExport(string path, Region region, ExtentId extent)
    {
        _region = region;
        _extent = extent;
        // In this order: an extent that is opened, or replaced, between two of these is seen by the count.
        _openings = region.OpeningsOf(extent);
        _wasStable = region.IsExtentStable(extent);
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <summary>Bytes that <see cref="CopyToAsync"/> writes.</summary>
    public long Length => ExtentFile.LengthOf(Definition);

    private RegionDefinition Definition => _region.Definition;

    /// <summary>Writes the whole file. To be called once.</summary>
    /// <exception cref="IOException">The file or the destination failed.</exception>
    public async Task CopyToAsync(Stream destination, CancellationToken ct)
    {
        var blockSize = (int)Definition.BlockSize;
        var blocks = (long)Definition.ExtentSize.Value;
        var slot = new byte[ContextSlot.Size];
        await CopyAsync(destination, 0, blocks, blockSize, DataBytesAtOnce / blockSize, PutData, ct)
            .ConfigureAwait(false);
        var block = new byte[blockSize];
        await CopyAsync(
            destination, ExtentFile.SlotOffset(Definition, 0), blocks, ContextSlot.Size, SlotsAtOnce, PutSlot, ct)
            .ConfigureAwait(false);
        var rest = ExtentFile.TrailerOffset(Definition) - ExtentFile.SecondSlotOffset(Definition, 0);
        await CopyAsync(
            destination, ExtentFile.SecondSlotOffset(Definition, 0), rest, 1, DataBytesAtOnce, static (_, _) => { }, ct)
            .ConfigureAwait(false);
        await destination.WriteAsync(Trailer(), ct).ConfigureAwait(false);

        void PutData(ulong index, Memory<byte> into) => _region.TryReadJournaled(index, into.Span, slot);
        void PutSlot(ulong index, Memory<byte> into) => _region.TryReadJournaled(index, block, into.Span);
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Copies a row of equal items.</summary>
    /// <param name="destination">Where it goes.</param>
    /// <param name="offset">Of the first item in the file.</param>
    /// <param name="items">How many.</param>
    /// <param name="itemBytes">Bytes in each.</param>
    /// <param name="itemsAtOnce">Items in one write.</param>
    /// <param name="patch">Given the region's block and the item's bytes as the file has them.</param>
    /// <param name="ct">Ends it.</param>
    private async Task CopyAsync(
        Stream destination, long offset, long items, int itemBytes, int itemsAtOnce, Action<ulong, Memory<byte>> patch,
        CancellationToken ct)
    {
        var buffer = new byte[(int)Math.Min(items, itemsAtOnce) * itemBytes];
        var firstBlock = (ulong)_extent.Value * Definition.ExtentSize.Value;
        for (var done = 0L; done < items;)
        {
            var count = (int)Math.Min(items - done, itemsAtOnce);
            var bytes = buffer.AsMemory(0, count * itemBytes);
            ExtentFile.ReadFully(_file, bytes.Span, offset + (done * itemBytes));
            for (var i = 0; _region.ReadOnly && i < count; i++)
                patch(firstBlock + (ulong)(done + i), bytes.Slice(i * itemBytes, itemBytes));
            await destination.WriteAsync(bytes, ct).ConfigureAwait(false);
            done += count;
        }
    }

    private byte[] Trailer()
    {
        var isStable = _wasStable && _region.IsExtentStable(_extent) && _region.OpeningsOf(_extent) == _openings;
        if (isStable)
            return Formatted(_region.StateOf(_extent));
        ExtentFile.TryReadState(_file, Definition, out var state);
        return Formatted(state with { Dirty = true });
    }

    private static byte[] Formatted(in Message.ExtentState state)
    {
        var trailer = new byte[ExtentFile.TrailerBytes];
        ExtentFile.FormatState(trailer, state);
        return trailer;
    }
}
