using Crucible.Net.Regions;
using Crucible.Wire;

namespace Crucible.Net.Tests.Regions;

public sealed class ExtentReplacementTests : IDisposable
{
    private const int Slots = 10 * Blocks.Size;
    private const int SecondSlots = Slots + (10 * 48);
    private const int Bitmap = SecondSlots + (10 * 48);
    private readonly TemporaryDirectory _directory = new();

    public ExtentReplacementTests()
    {
        Region.Create(_directory.Path, Blocks.Small);
        using var region = Open();
        region.Write(0, 5);
        region.Flush(1, 1);
        region.CloseExtent(new(0));
    }

    private string Extent => _directory["00/000/000"];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(".copy")]
    [InlineData(".completed")]
    public void Rubbish_of_an_interrupted_repair_is_removed_when_the_region_is_opened(string suffix)
    {
        Place(suffix, FileWith(8));

        using var region = Open();

        Assert.False(Directory.Exists(Extent + suffix));
        Assert.Equal([(byte?)5], region.Read(0, 1));
    }

    [Fact]
    public void Whole_replacement_is_installed_when_the_region_is_opened()
    {
        Place(".replace", FileWith(8));

        using var region = Open();

        Assert.Equal([(byte?)8], region.Read(0, 1));
        Assert.Equal(Blocks.State(7, 9, dirty: false), region.Versions()[0]);
        Assert.Empty(Directory.GetDirectories(_directory["00/000"]));
    }

    [Fact]
    public void Replacement_whose_file_was_renamed_already_is_put_away()
    {
        Directory.CreateDirectory(Extent + ".replace");

        using var region = Open();

        Assert.Equal([(byte?)5], region.Read(0, 1));
        Assert.Empty(Directory.GetDirectories(_directory["00/000"]));
    }

    [Fact]
    public void Read_only_region_ignores_a_replacement_and_leaves_it()
    {
        Place(".replace", FileWith(8));
        Place(".copy", FileWith(9));

        using var region = Region.Open(_directory.Path, readOnly: true);

        Assert.Equal([(byte?)5], region.Read(0, 1));
        Assert.True(Directory.Exists(Extent + ".replace"));
        Assert.True(Directory.Exists(Extent + ".copy"));
    }

    [Fact]
    public void Replacement_of_another_shape_is_refused_and_nothing_changes()
    {
        Place(".replace", FileWith(8)[1..]);

        Assert.Equal(RegionFault.ExtentUnreadable, Assert.Throws<RegionException>(() => Open()).Fault);

        Directory.Delete(Extent + ".replace", recursive: true);
        using var region = Open();
        Assert.Equal([(byte?)5], region.Read(0, 1));
    }

    [Fact]
    public void Context_in_the_second_slot_counts_when_the_bitmap_of_a_clean_extent_says_so()
    {
        var file = FileWith(8);
        MoveToSecondSlot(file);
        file[Slots] = 1;
        file[Bitmap] = 1;
        Place(".replace", file);

        using var region = Open();

        Assert.Equal([8, null], region.Read(0, 2));
    }

    [Fact]
    public void Dirty_replacement_is_settled_by_the_hash_of_the_stored_bytes()
    {
        // Slot A of block 0 does not fit its data, slot B does; block 1 has data but only an empty slot and one that
        // does not fit, so it was never written.
        var file = FileWith(8);
        MoveToSecondSlot(file);
        file[Slots] = 1;
        file[Slots + 48] = 1;
        file.AsSpan(Blocks.Size, 4).Fill(3);
        file[^32] = 1;
        Place(".replace", file);

        using var region = Open();

        Assert.Equal([8, null], region.Read(0, 2));
        Assert.True(region.Versions()[0].Dirty);
        Assert.All(File.ReadAllBytes(Extent)[Blocks.Size..(2 * Blocks.Size)], b => Assert.Equal(0, b));
    }

    [Fact]
    public void Dirty_replacement_with_two_contexts_that_do_not_fit_is_refused()
    {
        var file = FileWith(8);
        file[SecondSlots] = 1;
        file[0] ^= 1;
        file[^32] = 1;
        Place(".replace", file);

        Assert.Equal(RegionFault.ExtentUnreadable, Assert.Throws<RegionException>(() => Open()).Fault);
    }

    [Fact]
    public async Task Uncommitted_copy_leaves_nothing_behind_and_a_second_one_waits_for_the_first()
    {
        using var region = Open();
        region.CloseExtent(new(0));
        using (var copy = region.BeginCopy(new(0)))
            Assert.Null(await copy.ReceiveAsync(new MemoryStream(FileWith(8)), () => { }, CancellationToken.None));
        Assert.Empty(Directory.GetDirectories(_directory["00/000"]));

        using (var copy = region.BeginCopy(new(0)))
        {
            await copy.ReceiveAsync(new MemoryStream(FileWith(8)), () => { }, CancellationToken.None);
            copy.Commit();
        }
        Assert.Equal(CrucibleErrorKind.RepairFilesInvalid,
            Assert.Throws<RegionIoException>(() => region.BeginCopy(new(0))).Error.Kind);
        region.ReopenExtent(new(0));

        Assert.Equal([(byte?)8], region.Read(0, 1));
    }

    private Region Open() => Region.Open(_directory.Path, readOnly: false);

    private void Place(string suffix, byte[] file)
    {
        Directory.CreateDirectory(Extent + suffix);
        File.WriteAllBytes(Path.Combine(Extent + suffix, "000"), file);
    }

    private static void MoveToSecondSlot(byte[] file)
    {
        file.AsSpan(Slots, 48).CopyTo(file.AsSpan(SecondSlots));
        file.AsSpan(Slots, 48).Clear();
    }

    /// <summary>The file of a closed extent: one block of a byte, flushed as 9 by generation 7.</summary>
    private static byte[] FileWith(byte fill)
    {
        using var directory = new TemporaryDirectory();
        Region.Create(directory.Path, Blocks.Small);
        using (var region = Region.Open(directory.Path, readOnly: false))
        {
            region.Write(0, fill);
            region.Flush(7, 9);
            region.CloseExtent(new(0));
        }
        return File.ReadAllBytes(directory["00/000/000"]);
    }
}
