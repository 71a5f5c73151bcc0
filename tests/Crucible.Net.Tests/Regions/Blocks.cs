using Crucible.Net.Regions;
using Crucible.Wire;

namespace Crucible.Net.Tests.Regions;

/// <summary>Small regions, and blocks that are one byte repeated.</summary>
internal static class Blocks
{
    public const int Size = 512;

    public static readonly RegionDefinition Small =
        new(Size, new(10, 9), 3, new(new Guid("f0e0d0c0-b0a0-4908-8706-050403020100")), Encrypted: false);

    public static byte[] Data(params byte[] fills) => [.. fills.SelectMany(f => Enumerable.Repeat(f, Size))];

    public static BlockContext[] Contexts(byte[] data) =>
        [.. data.Chunk(Size).Select(b => new BlockContext(BlockHash.Plain(b), null))];

    public static void Write(this Region region, ulong start, params byte[] fills)
    {
        var data = Data(fills);
        region.Write(new(start), Contexts(data), data);
    }

    /// <summary>Each block by a write of its own, and all at once.</summary>
    public static bool TryWriteTogether(this Region region, ulong start, params byte[] fills) =>
        region.TryWrite([.. fills.Select((fill, i) => OneWrite(start + (ulong)i, fill))]);

    public static BlockWrite OneWrite(ulong block, byte fill)
    {
        var data = Data(fill);
        return new(new(block), Contexts(data), data);
    }

    public static void WriteUnwritten(this Region region, ulong start, params byte[] fills)
    {
        var data = Data(fills);
        region.WriteUnwritten(new(start), Contexts(data), data);
    }

    public static void Flush(this Region region, ulong generation, ulong flush, uint? limit = null) =>
        region.Flush(new(generation), new(flush), limit is { } l ? new ExtentId(l) : null, mark: null);

    /// <summary>What is in each block; null where it was never written. Checks that a block is what it
    /// claims.</summary>
    public static byte?[] Read(this Region region, ulong start, int count)
    {
        var contexts = new ReadBlockContext[count];
        var data = new byte[count * Size];
        data.AsSpan().Fill(0xee);
        region.Read(new(start), contexts, data);
        var found = new byte?[count];
        for (var i = 0; i < count; i++)
        {
            var block = data.AsSpan(i * Size, Size);
            Assert.Equal(-1, block.IndexOfAnyExcept(block[0]));
            if (contexts[i].Kind == ReadContextKind.Empty)
                Assert.Equal(0, block[0]);
            else
                Assert.Equal(BlockHash.Plain(block), contexts[i].Hash);
            found[i] = contexts[i].Kind == ReadContextKind.Empty ? null : block[0];
        }
        return found;
    }

    public static Message.ExtentState State(ulong generation, ulong flush, bool dirty) =>
        new(new(generation), new(flush), dirty);

    /// <summary>The file of a closed extent of <see cref="Small"/>, as another disk server gives it out.</summary>
    /// <param name="content">The byte each block is filled with; null where it was never written.</param>
    public static byte[] ExtentFile(byte?[] content, Message.ExtentState state)
    {
        const int Slot = 48;
        var file = new byte[(content.Length * (Size + (2 * Slot))) + ((content.Length + 7) / 8) + 32];
        for (var i = 0; i < content.Length; i++)
        {
            if (content[i] is not { } fill)
                continue;
            var block = file.AsSpan(i * Size, Size);
            block.Fill(fill);
            var slot = file.AsSpan((content.Length * Size) + (i * Slot), Slot);
            slot[0] = 1;
            BitConverter.TryWriteBytes(slot[1..], BlockHash.Plain(block));
            BitConverter.TryWriteBytes(slot[10..], BlockHash.Plain(block));
        }
        var trailer = file.AsSpan(^32);
        trailer[0] = state.Dirty ? (byte)1 : (byte)0;
        BitConverter.TryWriteBytes(trailer[1..], state.Generation.Value);
        BitConverter.TryWriteBytes(trailer[9..], state.FlushNumber.Value);
        trailer[17] = 2;
        return file;
    }
}
