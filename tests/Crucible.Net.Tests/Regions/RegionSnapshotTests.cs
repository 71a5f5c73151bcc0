using Crucible.Net.Regions;
using Crucible.Wire;

namespace Crucible.Net.Tests.Regions;

public sealed class RegionSnapshotTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Region _region;

    public RegionSnapshotTests()
    {
        Region.Create(_directory.Path, Blocks.Small);
        _region = Region.Open(_directory.Path, readOnly: false);
    }

    public void Dispose()
    {
        _region.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Snapshot_is_a_region_of_its_own_that_later_writes_do_not_change()
    {
        _region.Write(0, 1, 2);
        _region.Flush(3, 4);
        _region.TakeSnapshot("before");
        _region.Write(0, 9);
        _region.Flush(3, 5);

        using var snapshot = Region.Open(RegionSnapshots.DirectoryOf(_directory.Path, "before"), readOnly: true);

        Assert.Equal([1, 2, null], snapshot.Read(0, 3));
        Assert.Equal(Blocks.State(3, 4, dirty: false), snapshot.Versions()[0]);
        Assert.Equal(_region.Definition, snapshot.Definition);
        Assert.Equal([(byte?)9], _region.Read(0, 1));
    }

    [Fact]
    public void Snapshot_of_a_name_that_is_taken_changes_nothing()
    {
        _region.Write(0, 1);
        _region.Flush(1, 1);
        _region.TakeSnapshot("one");
        _region.Write(0, 2);
        _region.Flush(1, 2);

        _region.TakeSnapshot("one");

        using var snapshot = Region.Open(RegionSnapshots.DirectoryOf(_directory.Path, "one"), readOnly: true);
        Assert.Equal([(byte?)1], snapshot.Read(0, 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".new")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("a\0")]
    public void Name_that_could_leave_the_directory_is_refused(string name)
    {
        Assert.Equal(
            CrucibleErrorKind.SnapshotFailed,
            Assert.Throws<RegionIoException>(() => _region.TakeSnapshot(name)).Error.Kind);
        Assert.False(_region.HasSnapshot(name));
    }

    [Fact]
    public void Snapshot_while_an_extent_is_closed_is_refused()
    {
        _region.CloseExtent(new(1));

        Assert.Throws<RegionIoException>(() => _region.TakeSnapshot("one"));

        _region.ReopenExtent(new(1));
        _region.TakeSnapshot("one");
    }

    [Fact]
    public void Snapshots_are_listed_in_order_and_removed_by_name()
    {
        _region.TakeSnapshot("b");
        _region.TakeSnapshot("a");
        Assert.Equal(["a", "b"], RegionSnapshots.List(_directory.Path));

        using (Region.Open(RegionSnapshots.DirectoryOf(_directory.Path, "a"), readOnly: true))
            Assert.Equal(
                RegionFault.Locked,
                Assert.Throws<RegionException>(() => RegionSnapshots.Remove(_directory.Path, "a")).Fault);
        RegionSnapshots.Remove(_directory.Path, "a");

        Assert.Equal(["b"], RegionSnapshots.List(_directory.Path));
        Assert.Equal(
            RegionFault.NotFound,
            Assert.Throws<RegionException>(() => RegionSnapshots.Remove(_directory.Path, "a")).Fault);
    }

    [Fact]
    public void Half_made_snapshot_is_removed_when_the_region_is_opened_and_is_never_listed()
    {
        var half = Path.Combine(_directory["snapshots"], ".new");
        Directory.CreateDirectory(half);
        File.WriteAllText(Path.Combine(half, "region.json"), "{}");
        Assert.Empty(RegionSnapshots.List(_directory.Path));
        _region.Dispose();

        using var again = Region.Open(_directory.Path, readOnly: false);

        Assert.False(Directory.Exists(half));
    }
}
