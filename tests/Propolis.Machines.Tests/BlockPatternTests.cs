using Propolis.Machines.Simulated;

namespace Propolis.Machines.Tests;

public class BlockPatternTests
{
    [Fact]
    public void A_block_differs_from_every_block_of_another_seed_disk_or_place()
    {
        var a = BlockPattern.DiskNumber("a");
        var b = BlockPattern.DiskNumber("b");
        var block = new byte[512];
        BlockPattern.Fill(block, 512, seed: 1, a, firstBlock: 9);

        Assert.Equal(0, BlockPattern.CountDifferences(block, seed: 1, a, 9));
        Assert.True(BlockPattern.CountDifferences(block, seed: 2, a, 9) > 450);
        Assert.True(BlockPattern.CountDifferences(block, seed: 1, b, 9) > 450);
        Assert.True(BlockPattern.CountDifferences(block, seed: 1, a, 8) > 450);
        Assert.True(BlockPattern.CountDifferences(new byte[512], seed: 1, a, 9) > 450);
    }

    [Fact]
    public void Halves_of_two_writes_do_not_pass_for_one()
    {
        var disk = BlockPattern.DiskNumber("a");
        var torn = new byte[512];
        var other = new byte[512];
        BlockPattern.Fill(torn, 512, seed: 1, disk, firstBlock: 3);
        BlockPattern.Fill(other, 512, seed: 2, disk, firstBlock: 3);
        other.AsSpan(256).CopyTo(torn.AsSpan(256));
        Assert.InRange(BlockPattern.CountDifferences(torn, seed: 1, disk, 3), 200, 256);
    }

    [Fact]
    public void Pattern_of_today_is_the_pattern_of_tomorrow()
    {
        // A disk written by one version must verify under the next: these bytes never change.
        var block = new byte[512];
        BlockPattern.Fill(block, 512, seed: 1, BlockPattern.DiskNumber("disk"), firstBlock: 1);
        Assert.Equal("4cd60f8c137496497c85a8d59c411c86", Convert.ToHexStringLower(block.AsSpan(0, 16)));
    }

    [Fact]
    public void Areas_of_a_disk_never_overlap_and_stay_on_it()
    {
        for (var blocks = 1UL; blocks < 40; blocks++)
        {
            var disk = new GuestDisk(0, "a", 512, blocks, ReadOnly: false);
            Assert.Equal(GuestDisk.PatternFirstBlock + disk.PatternBlockCount, disk.LoadFirstBlock);
            Assert.InRange(disk.LoadFirstBlock + disk.LoadBlockCount, 1UL, blocks);
        }
    }
}
