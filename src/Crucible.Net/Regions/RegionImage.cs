using Crucible.Wire;

namespace Crucible.Net.Regions;

/// <summary>Plain disk images into a region and out of it.</summary>
public static class RegionImage
{
    private const int BytesAtOnce = 4 * 1024 * 1024;
    private static readonly FlushNumber FirstFlush = new(1);

    /// <summary>Extents a region of this shape needs to hold an image, at least as many as it has.</summary>
    /// <param name="bytes">Length of the image.</param>
    public static uint ExtentsFor(RegionDefinition definition, long bytes)
    {
        var extentBytes = definition.ExtentSize.Value * definition.BlockSize;
        return (uint)Math.Max(definition.ExtentCount, ((ulong)bytes + extentBytes - 1) / extentBytes);
    }

    /// <summary>Writes an image into a region from its first block on, and flushes it with number 1 of generation
    /// 0. The last block is filled up with zeros.</summary>
    /// <returns>Bytes imported.</returns>
    /// <exception cref="RegionIoException">It does not fit, the region is encrypted, or the disk failed.</exception>
    /// <exception cref="IOException">The image cannot be read.</exception>
    public static long Import(Region region, Stream image)
    {
        // What is imported is plain; in an encrypted region every read of it would fail.
        if (region.Definition.Encrypted)
            throw new RegionIoException(
                new CrucibleError.WithText(
                    CrucibleErrorKind.Unsupported, "An encrypted region takes no image: the key is not here."),
                mayPass: false);
        var blockSize = (int)region.Definition.BlockSize;
        var buffer = new byte[BytesAtOnce];
        var at = 0L;
        while (true)
        {
            var read = image.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (read == 0)
                break;
            var blocks = (read + blockSize - 1) / blockSize;
            buffer.AsSpan(read, (blocks * blockSize) - read).Clear();
            var data = buffer.AsMemory(0, blocks * blockSize);
            var contexts = new BlockContext[blocks];
            for (var i = 0; i < blocks; i++)
                contexts[i] = new(BlockHash.Plain(data.Span.Slice(i * blockSize, blockSize)), null);
            region.Write(new((ulong)(at / blockSize)), contexts, data);
            at += read;
        }
        region.Flush(new(0), FirstFlush, limit: null, mark: null);
        return at;
    }

    /// <summary>Writes blocks of a region as an image. Blocks never written are zeros; encrypted ones stay
    /// encrypted.</summary>
    /// <exception cref="RegionIoException">Outside the region, a block is damaged, or the disk failed.</exception>
    /// <exception cref="IOException">The image cannot be written.</exception>
    public static void Export(Region region, BlockIndex start, ulong count, Stream image)
    {
        var blockSize = (int)region.Definition.BlockSize;
        var data = new byte[BytesAtOnce];
        for (var done = 0ul; done < count;)
        {
            var blocks = (int)Math.Min(count - done, (ulong)(BytesAtOnce / blockSize));
            var bytes = data.AsSpan(0, blocks * blockSize);
            region.Read(start + done, new ReadBlockContext[blocks], bytes);
            image.Write(bytes);
            done += (ulong)blocks;
        }
    }
}
