using System.Net;
using Crucible.Net.Regions;
using Crucible.Wire;
using static Crucible.Net.Tests.Downstairs.Jobs;
using Blocks = Crucible.Net.Tests.Regions.Blocks;

namespace Crucible.Net.Tests.Downstairs;

public sealed class RepairTests
{
    private static readonly ExtentId First = new(0);

    [Fact]
    public async Task Reconciliation_copies_an_extent_with_its_data_contexts_and_numbers()
    {
        await using var source = await ServedRegion.StartAsync(Blocks.Small);
        await using var target = await ServedRegion.StartAsync(OtherCopy());
        using var from = await RunningAsync(source);
        using var to = await RunningAsync(target);
        await from.AskAsync<Message.WriteAck>(WriteAt(1000, 2, 7, 8));
        await to.AskAsync<Message.WriteAck>(WriteAt(1000, 3, 9));

        await StepAsync(from, new Message.ExtentFlush(new(0), First, new(0), new(5), new(4)));
        await StepAsync(from, new Message.ExtentClose(new(1), First));
        await StepAsync(to, new Message.ExtentClose(new(1), First));
        await StepAsync(to, new Message.ExtentRepair(new(2), First, new(0), source.Server.RepairEndPoint, [new(1)]));
        await StepAsync(from, new Message.ExtentReopen(new(3), First));
        await StepAsync(to, new Message.ExtentReopen(new(3), First));

        Assert.Equal([null, null, 7, 8, null], await ContentAsync(to, 1001, 0, 5));
        Assert.Equal(Blocks.State(4, 5, dirty: false), (await VersionsAsync(target))[0]);
    }

    [Fact]
    public async Task Live_repair_copies_an_extent_and_reports_what_was_closed()
    {
        await using var source = await ServedRegion.StartAsync(Blocks.Small);
        await using var target = await ServedRegion.StartAsync(OtherCopy());
        using var from = await RunningAsync(source);
        using var to = await RunningAsync(target);
        await from.AskAsync<Message.WriteAck>(Write(1000, 1));
        await to.AskAsync<Message.WriteAck>(Write(1000, 2));

        // The reopen comes first, as the reference upstairs sends it, and waits for the others.
        await to.SendAsync(new Message.ExtentLiveReopen(Ids, new(1004), [new(1003)], First));
        var closed = await from.AskAsync<Message.ExtentLiveCloseAck>(
            new Message.ExtentLiveFlushClose(Ids, new(1001), [], First, new(9), new(3)));
        var stale = await to.AskAsync<Message.ExtentLiveCloseAck>(
            new Message.ExtentLiveClose(Ids, new(1001), [], First));
        await to.AskAsync<Message.ExtentLiveRepairAckId>(new Message.ExtentLiveRepair(
            Ids, new(1002), [new(1001)], First, new(0), source.Server.RepairEndPoint));
        await to.AskAsync<Message.ExtentLiveAckId>(new Message.ExtentLiveNoOp(Ids, new(1003), [new(1002)]));
        Assert.Equal(new(1004), Assert.IsType<Message.ExtentLiveAckId>(await to.ReceiveAsync()).Job);

        Assert.Equal(Blocks.State(3, 9, dirty: false), closed.Result.Value);
        Assert.Equal(Blocks.State(0, 0, dirty: true), stale.Result.Value);
        Assert.Equal([(byte?)1], await ContentAsync(to, 1005, 0, 1));
    }

    [Fact]
    public async Task Flush_close_of_one_extent_leaves_another_dirty()
    {
        await using var served = await ServedRegion.StartAsync(Blocks.Small);
        using var client = await RunningAsync(served);
        await client.AskAsync<Message.WriteAck>(WriteAt(1000, 9, 1, 1));

        var flushed = await client.AskAsync<Message.ExtentLiveCloseAck>(
            new Message.ExtentLiveFlushClose(Ids, new(1001), [], First, new(8), new(2)));
        var other = await client.AskAsync<Message.ExtentLiveCloseAck>(
            new Message.ExtentLiveClose(Ids, new(1002), [], new(1)));

        Assert.Equal(Blocks.State(2, 8, dirty: false), flushed.Result.Value);
        Assert.Equal(Blocks.State(0, 0, dirty: true), other.Result.Value);
    }

    [Fact]
    public async Task Repaired_extent_survives_a_restart_whether_or_not_it_was_opened_again()
    {
        foreach (var isReopened in new[] { false, true })
        {
            await using var source = await ServedRegion.StartAsync(Blocks.Small);
            var target = await ServedRegion.StartAsync(OtherCopy());
            using (var from = await RunningAsync(source))
            using (var to = await RunningAsync(target))
            {
                await from.AskAsync<Message.WriteAck>(Write(1000, 1));
                await StepAsync(from, new Message.ExtentFlush(new(0), First, new(0), new(5), new(4)));
                await RepairAsync(from, to, source);
                if (isReopened)
                    await StepAsync(to, new Message.ExtentReopen(new(3), First));
            }

            target = await target.RestartAsync(readOnly: false);
            await using var restarted = target;

            Assert.Equal(Blocks.State(4, 5, dirty: false), (await VersionsAsync(target))[0]);
            using var reader = await RunningAsync(target);
            Assert.Equal([(byte?)1], await ContentAsync(reader, 1, 0, 1));
        }
    }

    [Fact]
    public async Task Ping_and_other_jobs_are_answered_while_an_extent_is_copied()
    {
        var release = new TaskCompletionSource();
        await using var source = await FakeRepairSource.StartAsync((path, _) => release.Task);
        await using var served = await ServedRegion.StartAsync(Blocks.Small);
        using var client = await RunningAsync(served);
        await client.AskAsync<Message.ExtentLiveCloseAck>(new Message.ExtentLiveClose(Ids, new(1000), [], First));
        await client.SendAsync(new Message.ExtentLiveRepair(Ids, new(1001), [], First, new(0), source.EndPoint));

        await client.AskAsync<Message.Imok>(new Message.Ruok());
        await client.AskAsync<Message.WriteAck>(WriteAt(1002, 10, 5));
        await client.AskAsync<Message.FlushAck>(Flush(1003));

        release.SetResult();
        Assert.IsType<Message.ErrorReport>(await client.ReceiveAsync());
        Assert.Null(await client.ReceiveAsync());
    }

    [Fact]
    public async Task Takeover_gives_up_the_copy_and_opens_the_extent_as_it_was()
    {
        await using var source = await FakeRepairSource.StartAsync(
            (_, response) => Task.Delay(Timeout.Infinite, response.HttpContext.RequestAborted));
        await using var served = await ServedRegion.StartAsync(Blocks.Small);
        using var client = await RunningAsync(served);
        await client.AskAsync<Message.WriteAck>(Write(1000, 1));
        await client.AskAsync<Message.ExtentLiveCloseAck>(new Message.ExtentLiveClose(Ids, new(1001), [], First));
        await client.SendAsync(new Message.ExtentLiveRepair(Ids, new(1002), [], First, new(0), source.EndPoint));

        using var next = await RunningAsync(served, generation: 2);

        Assert.Equal([(byte?)1], await ContentAsync(next, 1000, 0, 1));
    }

    public static TheoryData<string> BadLists => new()
    {
        "[]", "[\"000\",\"001\"]", "[\"001\"]", "[\"000\",\"000\"]", "null", "{", "[\"000\",\"000.db\"]",
    };

    [Theory]
    [MemberData(nameof(BadLists))]
    public async Task Wrong_list_of_files_is_refused_and_the_extent_stays(string files)
    {
        await using var source = await FakeRepairSource.OfAsync([], files);
        await AssertRefusedAsync(source.EndPoint, null);
    }

    [Theory]
    [InlineData("short", CrucibleErrorKind.RepairStreamError)]
    [InlineData("long", CrucibleErrorKind.RepairStreamError)]
    [InlineData("version", CrucibleErrorKind.RepairFilesInvalid)]
    [InlineData("dirty", CrucibleErrorKind.RepairFilesInvalid)]
    [InlineData("reopened", CrucibleErrorKind.RepairRequestError)]
    public async Task Unusable_file_is_refused_and_the_extent_stays(string what, CrucibleErrorKind kind)
    {
        var file = FlushedFile();
        switch (what)
        {
            case "short":
                file = file[1..];
                break;
            case "long":
                file = [.. file, 0];
                break;
            case "version":
                file[^15] = 1;
                break;
            case "dirty":
                file[^32] = 1;
                break;
        }
        await using var source = await FakeRepairSource.OfAsync(file, ready: what == "reopened" ? "false" : "true");
        await AssertRefusedAsync(source.EndPoint, kind);
    }

    [Fact]
    public async Task Dead_repair_server_is_an_error_and_the_extent_stays() =>
        await AssertRefusedAsync(new(IPAddress.Loopback, 1), CrucibleErrorKind.RepairRequestError);

    [Fact]
    public async Task Repair_of_an_open_extent_and_closing_or_opening_twice_are_errors()
    {
        await using var served = await ServedRegion.StartAsync(Blocks.Small);
        using var client = await RunningAsync(served);
        var nowhere = new IPEndPoint(IPAddress.Loopback, 1);

        foreach (var step in new Message[]
        {
            new Message.ExtentRepair(new(1), First, new(0), nowhere, [new(1)]),
            new Message.ExtentReopen(new(1), First),
            new Message.ExtentClose(new(1), new(3)),
            new Message.ExtentFlush(new(1), new(3), new(0), new(1), new(1)),
            new Message.ExtentReopen(new(1), new(uint.MaxValue)),
        })
            Assert.Equal(CrucibleErrorKind.InvalidExtent, (await client.AskAsync<Message.ExtentError>(step)).Error.Kind);

        await StepAsync(client, new Message.ExtentClose(new(2), First));
        await client.AskAsync<Message.ExtentError>(new Message.ExtentClose(new(3), First));
        await client.AskAsync<Message.ErrorReport>(Write(1000, 1));
        Assert.False(Assert.IsType<Message.WriteAck>(await client.ReceiveAsync()).Result.IsOk);
    }

    [Fact]
    public async Task Promotion_opens_the_extents_a_failed_live_repair_left_closed()
    {
        await using var served = await ServedRegion.StartAsync(Blocks.Small);
        using var client = await RunningAsync(served);
        await client.AskAsync<Message.ExtentLiveCloseAck>(new Message.ExtentLiveClose(Ids, new(1000), [], First));
        await client.AskAsync<Message.ErrorReport>(new Message.ExtentLiveRepair(
            Ids, new(1001), [], First, new(0), new(IPAddress.Loopback, 1)));
        Assert.Null(await client.ReceiveAsync());

        using var again = await RunningAsync(served);

        await again.AskAsync<Message.WriteAck>(Write(1000, 1));
    }

    private static async Task AssertRefusedAsync(IPEndPoint source, CrucibleErrorKind? kind)
    {
        await using var served = await ServedRegion.StartAsync(Blocks.Small);
        using var client = await RunningAsync(served);
        await client.AskAsync<Message.WriteAck>(Write(1000, 5));
        await StepAsync(client, new Message.ExtentClose(new(0), First));

        var refused = await client.AskAsync<Message.ExtentError>(
            new Message.ExtentRepair(new(1), First, new(0), source, [new(1)]));

        if (kind is { } expected)
            Assert.Equal(expected, refused.Error.Kind);
        Assert.InRange(
            refused.Error.Kind, CrucibleErrorKind.RepairRequestError, CrucibleErrorKind.RepairStreamError);
        await StepAsync(client, new Message.ExtentReopen(new(2), First));
        Assert.Equal([(byte?)5], await ContentAsync(client, 1001, 0, 1));
    }

    private static async Task RepairAsync(WireClient from, WireClient to, ServedRegion source)
    {
        await StepAsync(from, new Message.ExtentClose(new(1), First));
        await StepAsync(to, new Message.ExtentClose(new(1), First));
        await StepAsync(to, new Message.ExtentRepair(new(2), First, new(0), source.Server.RepairEndPoint, [new(1)]));
    }

    private static Task StepAsync(WireClient client, Message step) => client.AskAsync<Message.RepairAckId>(step);

    /// <summary>What a new upstairs is told; it takes the place of the present one.</summary>
    private static async Task<Message.ExtentState[]> VersionsAsync(ServedRegion served)
    {
        using var client = await served.ConnectAsync();
        await client.AskAsync<Message.YesItsMe>(Hello());
        await client.AskAsync<Message.YouAreNowActive>(new Message.PromoteToActive(Ids, new(1)));
        await client.AskAsync<Message.RegionInfo>(new Message.RegionInfoPlease());
        var versions = await client.AskAsync<Message.ExtentVersions>(new Message.ExtentVersionsPlease());
        return [.. versions.Generations.Select(
            (g, i) => new Message.ExtentState(g, versions.FlushNumbers[i], versions.DirtyBits[i]))];
    }

    private static RegionDefinition OtherCopy() => Blocks.Small with { Uuid = new(Guid.NewGuid()) };

    /// <summary>The file of an extent whose first block was written and flushed.</summary>
    private static byte[] FlushedFile()
    {
        using var directory = new TemporaryDirectory();
        Region.Create(directory.Path, Blocks.Small);
        using (var region = Region.Open(directory.Path, readOnly: false))
        {
            Blocks.Write(region, 0, 1);
            Blocks.Flush(region, 4, 5);
            region.CloseExtent(First);
        }
        return File.ReadAllBytes(directory["00/000/000"]);
    }
}
