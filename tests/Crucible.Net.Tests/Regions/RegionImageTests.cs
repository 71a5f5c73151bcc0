using Crucible.Net.Regions;
using Crucible.Wire;

namespace Crucible.Net.Tests.Regions;

public sealed class RegionImageTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(513)]
    [InlineData(30 * 512)]
    public void Image_comes_out_as_it_went_in_filled_up_with_zeros(int length)
    {
        var image = new byte[length];
        new Random(length).NextBytes(image);
        using var region = Make();

        Assert.Equal(length, RegionImage.Import(region, new MemoryStream(image)));

        using var exported = new MemoryStream();
        RegionImage.Export(region, new(0), region.Definition.TotalBlocks, exported);
        Assert.Equal(image.Concat(new byte[(30 * 512) - length]), exported.ToArray());
        Assert.All(region.Versions(), v => Assert.False(v.Dirty));
        Assert.Equal(length > 0 ? Blocks.State(0, 1, false) : default, region.Versions()[0]);
    }

    [Fact]
    public void Part_of_a_region_is_exported_by_blocks()
    {
        using var region = Make();
        region.Write(9, 1, 2, 3);

        using var exported = new MemoryStream();
        RegionImage.Export(region, new(10), 2, exported);

        Assert.Equal(Blocks.Data(2, 3), exported.ToArray());
    }

    [Theory]
    [InlineData(1, 3u)]
    [InlineData(3 * 5120, 3u)]
    [InlineData((3 * 5120) + 1, 4u)]
    public void Larger_image_needs_more_extents_and_a_smaller_one_no_fewer(long bytes, uint extents) =>
        Assert.Equal(extents, RegionImage.ExtentsFor(Blocks.Small, bytes));

    [Fact]
    public void Image_that_does_not_fit_is_refused()
    {
        using var region = Make();

        Assert.Equal(
            CrucibleErrorKind.OffsetInvalid,
            Assert.Throws<RegionIoException>(
                () => RegionImage.Import(region, new MemoryStream(new byte[(30 * 512) + 1]))).Error.Kind);
    }

    [Fact]
    public void Encrypted_region_takes_no_image()
    {
        Region.Create(_directory["sealed"], Blocks.Small with { Encrypted = true });
        using var region = Region.Open(_directory["sealed"], readOnly: false);

        Assert.Equal(
            CrucibleErrorKind.Unsupported,
            Assert.Throws<RegionIoException>(() => RegionImage.Import(region, Stream.Null)).Error.Kind);
    }

    [Fact]
    public void Verify_names_each_block_whose_bytes_or_context_were_damaged()
    {
        using (var region = Make())
        {
            region.Write(0, 1, 2, 3);
            region.Flush(1, 1);
            region.CloseExtent(new(0));
        }
        using (var file = File.OpenWrite(_directory["region/00/000/000"]))
        {
            file.Position = 512;
            file.WriteByte(9);
            file.Position = 5 * 512;
            file.WriteByte(9);
        }

        using var damaged = Region.Open(_directory["region"], readOnly: true);

        Assert.Equal([new BlockIndex(1), new(5)], damaged.Verify(new(0)).Select(f => f.Block));
        Assert.Empty(damaged.Verify(new(1)));
    }

    [Fact]
    public void Verify_takes_the_journal_into_account()
    {
        using (var region = Make())
            region.Write(3, 1);

        using var unmoved = Region.Open(_directory["region"], readOnly: true);

        Assert.Empty(unmoved.Verify(new(0)));
        Assert.True(unmoved.PlaceOf(new(3)).IsInJournal);
        Assert.Equal(3 * 512, unmoved.PlaceOf(new(3)).DataOffset);
        Assert.False(unmoved.PlaceOf(new(4)).IsInJournal);
    }

    private Region Make()
    {
        Region.Create(_directory["region"], Blocks.Small);
        return Region.Open(_directory["region"], readOnly: false);
    }
}
