using Crucible.Net;
using Crucible.Wire;

namespace Propolis.Machines.Simulated;

/// <summary>
/// One disk as the simulated guest uses it: block 0 is the boot block, then comes the pattern area of <c>write</c> and
/// <c>verify</c>, then the load area. A small disk has both areas shortened; a single block has none.
/// </summary>
/// <param name="Index">Place in the machine's list of disks.</param>
/// <param name="Key">Its name.</param>
/// <param name="BlockSizeBytes">512 to 32768.</param>
/// <param name="BlockCount">Blocks on the whole disk.</param>
/// <param name="ReadOnly">It takes no writes.</param>
public sealed record GuestDisk(int Index, string Key, int BlockSizeBytes, ulong BlockCount, bool ReadOnly)
{
    /// <summary>The pattern area begins here.</summary>
    public const ulong PatternFirstBlock = 1;

    private const ulong PatternAreaBytesMax = 4 * 1024 * 1024;
    private const ulong LoadAreaBytesMax = 16 * 1024 * 1024;
    private const int TransferBytes = 64 * 1024;

    /// <summary>Stands for the disk in patterns.</summary>
    public ulong Number { get; } = BlockPattern.DiskNumber(Key);

    /// <summary>At most 4 MiB and at most half of what follows block 0.</summary>
    public ulong PatternBlockCount => Math.Min(PatternAreaBytesMax / (ulong)BlockSizeBytes, BlocksAfterBoot / 2);

    public ulong LoadFirstBlock => PatternFirstBlock + PatternBlockCount;

    /// <summary>At most 16 MiB and at most what follows the pattern area.</summary>
    public ulong LoadBlockCount =>
        Math.Min(LoadAreaBytesMax / (ulong)BlockSizeBytes, BlocksAfterBoot - PatternBlockCount);

    /// <summary>The most blocks in one operation: 64 KiB, or one block if that is more.</summary>
    public int TransferBlocks => Math.Max(1, TransferBytes / BlockSizeBytes);

    private ulong BlocksAfterBoot => BlockCount == 0 ? 0 : BlockCount - 1;

    public static GuestDisk Of(int index, MachineDisk disk)
    {
        var blockSizeBytes = disk.Device.BlockSizeBytes;
        return new GuestDisk(
            index, disk.Key, checked((int)blockSizeBytes), disk.Device.SizeBytes / blockSizeBytes, disk.Device.ReadOnly);
    }

    public GuestIo Read(ulong block, int blocks, ulong tag) =>
        new(GuestIoKind.Read, Index, block, new byte[blocks * BlockSizeBytes], tag);

    /// <summary>A write of the pattern of seed <paramref name="tag"/>.</summary>
    public GuestIo WritePattern(ulong block, int blocks, ulong tag)
    {
        var buffer = new byte[blocks * BlockSizeBytes];
        BlockPattern.Fill(buffer, BlockSizeBytes, tag, Number, block);
        return new GuestIo(GuestIoKind.Write, Index, block, buffer, tag);
    }

    public GuestIo Flush() => new(GuestIoKind.Flush, Index, block: 0, [], tag: 0);

    /// <summary>Looks at what a read of patterned blocks brought.</summary>
    /// <returns>The first block that is not as written, or null.</returns>
    public BadBlock? FirstBadBlock(GuestIo read)
    {
        for (var at = 0; at < read.Buffer.Length; at += BlockSizeBytes)
        {
            var block = read.Block + (ulong)(at / BlockSizeBytes);
            var differences = BlockPattern.CountDifferences(
                read.Buffer.AsSpan(at, BlockSizeBytes), read.Tag, Number, block);
            if (differences > 0)
                return new BadBlock(block, differences);
        }
        return null;
    }

    /// <summary>An error as one printable word or sentence.</summary>
    public static string Describe(IoResult result) => result.Error switch
    {
        null => "no error",
        CrucibleError.WithText e => $"{e.Kind}: {string.Concat(e.Text.Select(c => c is >= ' ' and <= '~' ? c : '?'))}",
        { } e => e.Kind.ToString(),
    };
}

/// <summary>A block that does not hold what was written.</summary>
/// <param name="Block">Its number on the disk.</param>
/// <param name="BytesDiffering">1 or more.</param>
public readonly record struct BadBlock(ulong Block, int BytesDiffering);
