using Crucible.Core.Volumes;
using Crucible.Wire;

namespace Crucible.Core.Tests.Volumes;

public class BlockMapTests
{
    [Fact]
    public void Split_that_ends_on_the_first_block_after_a_sub_volume_has_three_pieces() =>
        Assert.Equal(
            [Piece(0, 5, 5, 0), Piece(1, 0, 10, 5), Piece(2, 0, 1, 15)], Split(new BlockMap(10, 10, 10), 5, 16));

    [Theory]
    [InlineData(0, 31)]
    [InlineData(25, 6)]
    [InlineData(30, 1)]
    [InlineData(31, 1)]
    [InlineData(1, ulong.MaxValue)]
    [InlineData(ulong.MaxValue, 2)]
    public void Split_past_the_end_is_refused_whole(ulong start, ulong count)
    {
        var pieces = new List<BlockPiece>();

        var error = new BlockMap(10, 10, 10).Split(new BlockIndex(start), count, pieces);

        Assert.Equal(new CrucibleError.Plain(CrucibleErrorKind.OffsetInvalid), error);
        Assert.Empty(pieces);
    }

    [Fact]
    public void Split_of_nothing_succeeds_even_of_an_empty_volume() => Assert.Empty(Split(new BlockMap(), 7, 0));

    [Fact]
    public void Split_of_every_range_covers_it_once_and_in_order()
    {
        ulong[] sizes = [3, 0, 1, 4];
        var map = new BlockMap(sizes);
        var owners = sizes.SelectMany((size, i) => Enumerable.Range(0, (int)size).Select(b => (i, (ulong)b))).ToList();
        for (var start = 0; start < owners.Count; start++)
        {
            for (var count = 1; start + count <= owners.Count; count++)
            {
                var pieces = Split(map, (ulong)start, (ulong)count);
                var covered = pieces.SelectMany(p =>
                    Enumerable.Range(0, (int)p.BlockCount).Select(b => (p.SubVolume, p.Start.Value + (ulong)b)));
                Assert.Equal(owners.GetRange(start, count), covered);
                Assert.Equal(
                    pieces.Select((_, i) => pieces.Take(i).Aggregate(0UL, (sum, p) => sum + p.BlockCount)),
                    pieces.Select(p => p.Before));
            }
        }
    }

    private static BlockPiece Piece(int subVolume, ulong start, ulong count, ulong before) =>
        new(subVolume, new BlockIndex(start), count, before);

    private static List<BlockPiece> Split(BlockMap map, ulong start, ulong count)
    {
        var pieces = new List<BlockPiece>();
        Assert.Null(map.Split(new BlockIndex(start), count, pieces));
        return pieces;
    }
}
