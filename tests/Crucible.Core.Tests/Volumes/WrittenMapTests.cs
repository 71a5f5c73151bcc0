using Crucible.Core.Volumes;

namespace Crucible.Core.Tests.Volumes;

public class WrittenMapTests
{
    [Fact]
    public void A_range_is_known_when_each_of_its_blocks_is_and_all_are_alike()
    {
        var map = new WrittenMap(pagesMax: 4);
        Assert.Equal(WrittenMap.Known.Unclear, map.Of(0, 1));
        map.Learn(10, [true, true, false, false]);
        Assert.Equal(WrittenMap.Known.AllWritten, map.Of(10, 2));
        Assert.Equal(WrittenMap.Known.NoneWritten, map.Of(12, 2));
        Assert.Equal(WrittenMap.Known.Unclear, map.Of(11, 2));
        Assert.Equal(WrittenMap.Known.Unclear, map.Of(9, 2));
        Assert.Equal(WrittenMap.Known.Unclear, map.Of(12, 3));
    }

    [Fact]
    public void A_range_may_reach_over_pages()
    {
        var map = new WrittenMap(pagesMax: 4);
        map.Learn(32_766, [true, true, true, true]);
        Assert.Equal(WrittenMap.Known.AllWritten, map.Of(32_766, 4));
        Assert.Equal(WrittenMap.Known.Unclear, map.Of(32_766, 5));
    }

    [Fact]
    public void The_oldest_page_is_forgotten_when_there_are_too_many()
    {
        var map = new WrittenMap(pagesMax: 2);
        map.Learn(0, [true]);
        map.Learn(1 << 20, [false]);
        map.Learn(ulong.MaxValue, [true]);
        Assert.Equal(WrittenMap.Known.Unclear, map.Of(0, 1));
        Assert.Equal(WrittenMap.Known.NoneWritten, map.Of(1 << 20, 1));
        Assert.Equal(WrittenMap.Known.AllWritten, map.Of(ulong.MaxValue, 1));
    }
}
