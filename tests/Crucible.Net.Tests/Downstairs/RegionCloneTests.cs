using Crucible.Net.Downstairs;
using Crucible.Net.Regions;
using Crucible.Wire;
using static Crucible.Net.Tests.Downstairs.Jobs;
using Blocks = Crucible.Net.Tests.Regions.Blocks;

namespace Crucible.Net.Tests.Downstairs;

public sealed class RegionCloneTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Clone_of_a_read_only_server_has_its_blocks_and_numbers_and_keeps_its_own_id()
    {
        await using var source = await ReadOnlySourceAsync();
        var own = Blocks.Small with { Uuid = new(Guid.NewGuid()) };

        using var region = await CloneAsync(source, own);

        Assert.Equal([1, 2, null], Blocks.Read(region, 0, 3));
        // Block 20 was never flushed at the source; the copy says so too.
        Assert.Equal([(byte?)3], Blocks.Read(region, 20, 1));
        Assert.Equal([Blocks.State(1, 9, false), default, Blocks.State(0, 0, true)], region.Versions());
        Assert.Equal(own, region.Definition);
        Assert.Empty(region.Verify(new(0)));
    }

    [Fact]
    public async Task Clone_of_a_server_that_can_change_is_refused()
    {
        await using var source = await ServedRegion.StartAsync(Blocks.Small);

        await AssertUnsuitableAsync(source, Blocks.Small with { Uuid = new(Guid.NewGuid()) });
    }

    public static TheoryData<RegionDefinition> Unsuitable => new()
    {
        Blocks.Small,
        Blocks.Small with { Uuid = new(Guid.NewGuid()), ExtentCount = 2 },
        Blocks.Small with { Uuid = new(Guid.NewGuid()), Encrypted = true },
        Blocks.Small with { Uuid = new(Guid.NewGuid()), BlockSize = 1024, ExtentSize = new(10, 10) },
    };

    [Theory]
    [MemberData(nameof(Unsuitable))]
    public async Task Clone_into_the_same_id_another_shape_or_encryption_is_refused(RegionDefinition own)
    {
        await using var source = await ReadOnlySourceAsync();

        await AssertUnsuitableAsync(source, own);
    }

    [Fact]
    public async Task Clone_from_nobody_is_refused()
    {
        var error = await Assert.ThrowsAsync<RegionException>(() => RegionClone.DescribeAsync(
            new(System.Net.IPAddress.Loopback, 1), TimeProvider.System, CancellationToken.None));

        Assert.Equal(RegionFault.SourceUnsuitable, error.Fault);
    }

    private async Task AssertUnsuitableAsync(ServedRegion source, RegionDefinition own)
    {
        var error = await Assert.ThrowsAsync<RegionException>(() => CloneAsync(source, own));
        Assert.Equal(RegionFault.SourceUnsuitable, error.Fault);
    }

    private async Task<Region> CloneAsync(ServedRegion source, RegionDefinition own)
    {
        Region.Create(_directory["clone"], own);
        var region = Region.Open(_directory["clone"], readOnly: false);
        try
        {
            await RegionClone.RunAsync(
                region, source.Server.RepairEndPoint, TimeProvider.System, _ => { }, CancellationToken.None);
            return region;
        }
        catch
        {
            region.Dispose();
            throw;
        }
    }

    private static async Task<ServedRegion> ReadOnlySourceAsync()
    {
        var source = await ServedRegion.StartAsync(Blocks.Small);
        using (var client = await RunningAsync(source))
        {
            await client.AskAsync<Message.WriteAck>(Write(1000, 1, 2));
            await client.AskAsync<Message.FlushAck>(Flush(1001, flush: 9));
            await client.AskAsync<Message.WriteAck>(WriteAt(1002, 20, 3));
        }
        return await source.RestartAsync(readOnly: true);
    }
}
