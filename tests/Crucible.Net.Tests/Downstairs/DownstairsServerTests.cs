using System.Net;
using Crucible.Net.Connections;
using Crucible.Net.Downstairs;
using Crucible.Net.Regions;
using Crucible.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;
using static Crucible.Net.Tests.Downstairs.Jobs;
using Blocks = Crucible.Net.Tests.Regions.Blocks;

namespace Crucible.Net.Tests.Downstairs;

public sealed class DownstairsServerTests
{
    [Fact]
    public async Task Hello_is_told_a_repair_address_4000_above_the_listening_port()
    {
        await using var served = await ServedRegion.StartAsync(Blocks.Small);
        using var client = await served.ConnectAsync();

        var answer = await client.AskAsync<Message.YesItsMe>(Hello());

        Assert.Equal(served.Server.LocalEndPoint.Port + 4000, answer.RepairAddress.Port);
        Assert.Equal(IPAddress.Loopback, answer.RepairAddress.Address);
    }

    [Fact]
    public async Task Ping_is_answered_while_the_disk_does_not()
    {
        using var disk = new StuckDisk();
        await using var served = await ServedRegion.StartAsync(Blocks.Small, sync: disk);
        using var client = await RunningAsync(served);
        disk.IsStuck = true;
        await client.SendAsync(Write(1000, 1));
        Assert.IsType<Message.WriteAck>(await client.ReceiveAsync());
        await client.SendAsync(Flush(1001, null));
        Assert.True(disk.Reached.Wait(WireClient.Patience));

        await client.AskAsync<Message.Imok>(new Message.Ruok());
        using var other = await served.ConnectAsync();
        await other.AskAsync<Message.YesItsMe>(Hello());

        disk.Release();
        Assert.Equal(new Message.FlushAck(Ids, new(1001), WireResult<Unit>.Ok(default)), await client.ReceiveAsync());
    }

    [Theory]
    [InlineData("00000000")]
    [InlineData("07000000")]
    [InlineData("01004006")]
    [InlineData("08000000ff000000")]
    [InlineData("0900000000000000ff")]
    public async Task Malformed_frame_drops_its_connection_alone_and_is_counted(string hex)
    {
        await using var served = await ServedRegion.StartAsync(Blocks.Small);
        using var good = await RunningAsync(served);
        using var bad = await served.ConnectAsync();
        await bad.AskAsync<Message.Imok>(new Message.Ruok());

        await bad.SendAsync(Convert.FromHexString(hex));

        Assert.Null(await bad.ReceiveAsync());
        await good.AskAsync<Message.Imok>(new Message.Ruok());
        good.Dispose();
        bad.Dispose();
        await served.Server.StopAsync(CancellationToken.None).WaitAsync(WireClient.Patience);
        Assert.Equal(1, served.Server.Status.MalformedDropped);
    }

    [Fact]
    public async Task Frames_may_arrive_byte_by_byte_or_many_at_once()
    {
        await using var served = await ServedRegion.StartAsync(Blocks.Small);
        using var client = await served.ConnectAsync();
        var hello = Encoded(Hello());
        for (var i = 0; i < hello.Length; i++)
            await client.SendAsync(hello.AsMemory(i, 1));
        Assert.IsType<Message.YesItsMe>(await client.ReceiveAsync());

        // A peer that does not wait between its steps.
        await client.SendAsync(new[]
        {
            Encoded(new Message.PromoteToActive(Ids, new(1))), Encoded(new Message.RegionInfoPlease()),
            Encoded(new Message.LastFlush(null)), Encoded(Write(1000, 7)), Encoded(Read(1001, 0, 1, 1000)),
            Encoded(new Message.Ruok()),
        }.SelectMany(f => f).ToArray());

        var answers = new List<Message?>();
        for (var i = 0; i < 5; i++)
            answers.Add(await client.ReceiveAsync());
        var order = answers.Where(m => m is not Message.Imok).Select(m => m!.Kind);
        Assert.Equal(
            [MessageKind.YouAreNowActive, MessageKind.RegionInfo, MessageKind.WriteAck, MessageKind.ReadResponse], order);
        Assert.Contains(answers, m => m is Message.Imok);
    }

    [Fact]
    public async Task Silent_connection_is_dropped_and_counted()
    {
        var options = new DownstairsServerOptions
        {
            Connection = ConnectionOptions.Default with { PeerSilenceMax = TimeSpan.FromMilliseconds(50) },
        };
        await using var served = await ServedRegion.StartAsync(Blocks.Small, options);
        using var client = await served.ConnectAsync();

        Assert.Null(await client.ReceiveAsync());

        client.Dispose();
        await served.Server.StopAsync(CancellationToken.None).WaitAsync(WireClient.Patience);
        Assert.Equal((1, 0), (served.Server.Status.SilentDropped, served.Server.Status.ConnectionsOpen));
    }

    [Fact]
    public async Task Read_of_a_whole_extent_of_large_blocks_comes_back_as_it_was_written()
    {
        var definition = Blocks.Small with { BlockSize = 4096, ExtentSize = new(512, 12) };
        await using var served = await ServedRegion.StartAsync(definition);
        using var client = await RunningAsync(served);
        var data = new byte[2 * 1024 * 1024];
        new Random(1).NextBytes(data);
        BlockContext[] contexts = [.. data.Chunk(4096).Select(b => new BlockContext(BlockHash.Plain(b), null))];

        await client.SendAsync(new Message.Write(Ids, new(1000), [], new(300), contexts, data));
        Assert.True(Assert.IsType<Message.WriteAck>(await client.ReceiveAsync()).Result.IsOk);
        var read = await client.AskAsync<Message.ReadResponse>(Read(1001, 300, 512, 1000));

        Assert.True(read.Data.Span.SequenceEqual(data));
        Assert.Equal(contexts.Select(c => ReadBlockContext.OfUnencrypted(c.Hash)), read.Blocks.Value);
    }

    public static TheoryData<string, CrucibleErrorKind> Impossible => new()
    {
        { "hash", CrucibleErrorKind.HashMismatch },
        { "range", CrucibleErrorKind.OffsetInvalid },
        { "limit", CrucibleErrorKind.InvalidExtent },
        { "snapshot", CrucibleErrorKind.SnapshotFailed },
        { "count", CrucibleErrorKind.InvalidNumberOfBlocks },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public async Task Job_that_can_never_work_is_reported_once_and_answered_with_the_error(
        string what, CrucibleErrorKind kind)
    {
        await using var served = await ServedRegion.StartAsync(Blocks.Small);
        using var client = await RunningAsync(served);

        await client.SendAsync(what switch
        {
            "hash" => Write(1000, 1) with { Contexts = [new(1, null)] },
            "range" => Read(1000, 29, 2),
            "limit" => Flush(1000, new ExtentId(4)),
            "snapshot" => Flush(1000, null) with { SnapshotName = "no/where" },
            _ => Read(1000, 0, ulong.MaxValue),
        });

        Assert.Equal(kind, Assert.IsType<Message.ErrorReport>(await client.ReceiveAsync()).Error.Kind);
        var error = await client.ReceiveAsync() switch
        {
            Message.WriteAck m => m.Result.Error,
            Message.FlushAck m => m.Result.Error,
            Message.ReadResponse m => m.Blocks.Error,
            _ => null,
        };
        Assert.Equal(kind, error?.Kind);
        await client.AskAsync<Message.Imok>(new Message.Ruok());
        Assert.Equal(1, served.Server.Status.WorkFailed);
    }

    [Fact]
    public async Task Flush_after_a_failed_sync_is_refused_for_good()
    {
        using var disk = new StuckDisk();
        await using var served = await ServedRegion.StartAsync(Blocks.Small, sync: disk);
        using var client = await RunningAsync(served);
        await client.AskAsync<Message.WriteAck>(Write(1000, 1));
        disk.IsBroken = true;

        for (var job = 1001UL; job < 1003; job++)
        {
            await client.AskAsync<Message.ErrorReport>(Flush(job, null));
            Assert.False(Assert.IsType<Message.FlushAck>(await client.ReceiveAsync()).Result.IsOk);
            disk.IsBroken = false;
        }

        Assert.NotNull(served.Server.Status.Poison);
    }

    [Fact]
    public async Task Snapshot_asked_for_twice_succeeds_twice_and_is_there()
    {
        await using var served = await ServedRegion.StartAsync(Blocks.Small);
        using var client = await RunningAsync(served);
        await client.AskAsync<Message.WriteAck>(Write(1000, 1));

        for (var job = 1001ul; job < 1003; job++)
        {
            var answer = await client.AskAsync<Message.FlushAck>(Flush(job) with { SnapshotName = "s-1" });
            Assert.True(answer.Result.IsOk);
        }

        Assert.Equal(["s-1"], RegionSnapshots.List(served.Directory));
    }

    [Fact]
    public async Task Failed_snapshot_does_not_hold_up_what_depends_on_its_flush()
    {
        await using var served = await ServedRegion.StartAsync(Blocks.Small);
        using var client = await RunningAsync(served);
        await client.SendAsync(Flush(1000) with { SnapshotName = "no/where" });
        await client.SendAsync(Read(1001, 0, 1, 1000));

        Assert.IsType<Message.ErrorReport>(await client.ReceiveAsync());
        Assert.False(Assert.IsType<Message.FlushAck>(await client.ReceiveAsync()).Result.IsOk);
        Assert.IsType<Message.ReadResponse>(await client.ReceiveAsync());
    }

    [Fact]
    public async Task Replayed_snapshot_flush_says_whether_the_snapshot_was_made()
    {
        await using var served = await ServedRegion.StartAsync(Blocks.Small);
        using (var client = await RunningAsync(served))
        {
            await client.AskAsync<Message.FlushAck>(Flush(1000) with { SnapshotName = "made" });
            await client.AskAsync<Message.FlushAck>(Flush(1001));
        }
        using var again = await ReplayingAsync(served, lastFlush: null);

        Assert.True((await again.AskAsync<Message.FlushAck>(Flush(1000) with { SnapshotName = "made" })).Result.IsOk);
        await again.AskAsync<Message.ErrorReport>(Flush(1001) with { SnapshotName = "never" });
        Assert.False(Assert.IsType<Message.FlushAck>(await again.ReceiveAsync()).Result.IsOk);
    }

    [Fact]
    public async Task Empty_read_is_answered_with_an_empty_list()
    {
        await using var served = await ServedRegion.StartAsync(Blocks.Small);
        using var client = await RunningAsync(served);

        Assert.Empty((await client.AskAsync<Message.ReadResponse>(Read(1000, 3, 0))).Blocks.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Replay_that_ends_half_way_does_not_bring_back_what_a_flush_replaced(bool isRestarted)
    {
        var served = await ServedRegion.StartAsync(Blocks.Small);
        using (var client = await RunningAsync(served))
        {
            await client.AskAsync<Message.WriteAck>(Write(1000, 1));
            await client.AskAsync<Message.WriteAck>(Write(1001, 2));
            await client.AskAsync<Message.FlushAck>(Flush(1002));
        }
        if (isRestarted)
            served = await served.RestartAsync(readOnly: false);
        await using var present = served;
        using (var again = await ReplayingAsync(served, lastFlush: null))
            await again.AskAsync<Message.WriteAck>(Write(1000, 1));

        using var next = await RunningAsync(served, generation: 2);

        Assert.Equal([(byte?)2], await ContentAsync(next, 1000, 0, 1));
    }

    [Fact]
    public async Task Poisoned_region_is_opened_anew_when_the_next_upstairs_is_promoted()
    {
        using var disk = new StuckDisk();
        await using var served = await ServedRegion.StartAsync(Blocks.Small, sync: disk);
        using var client = await RunningAsync(served);
        await client.AskAsync<Message.WriteAck>(Write(1000, 1));
        disk.IsBroken = true;
        await client.AskAsync<Message.ErrorReport>(Flush(1001));
        using (var refused = await served.ConnectAsync())
        {
            await refused.AskAsync<Message.YesItsMe>(Hello());
            await refused.SendAsync(new Message.PromoteToActive(Ids, new(2)));
            Assert.Null(await refused.ReceiveAsync());
        }

        disk.IsBroken = false;
        using var next = await RunningAsync(served, generation: 3);

        await next.AskAsync<Message.WriteAck>(WriteAt(1000, 1, 2));
        await next.AskAsync<Message.FlushAck>(Flush(1001));
        Assert.Equal([1, 2], await ContentAsync(next, 1002, 0, 2));
        Assert.Null(served.Server.Status.Poison);
    }

    [Fact]
    public async Task Restarted_server_refuses_an_older_generation_than_it_ever_promoted()
    {
        var served = await ServedRegion.StartAsync(Blocks.Small);
        using (await RunningAsync(served, generation: 5))
            served = await served.RestartAsync(readOnly: false);
        await using var restarted = served;

        using var old = await restarted.ConnectAsync();
        await old.AskAsync<Message.YesItsMe>(Hello());
        await old.SendAsync(new Message.PromoteToActive(Ids, new(4)));

        Assert.Null(await old.ReceiveAsync());
        using var same = await RunningAsync(restarted, generation: 5);
    }

    [Fact]
    public async Task Stop_writes_the_replies_that_were_queued_and_frees_the_port()
    {
        var served = await ServedRegion.StartAsync(Blocks.Small);
        using var client = await RunningAsync(served);
        var address = served.Server.LocalEndPoint;
        await client.AskAsync<Message.Imok>(new Message.Ruok());

        var stopping = served.Server.StopAsync(CancellationToken.None);

        Assert.Null(await client.ReceiveAsync());
        client.Dispose();
        await stopping.WaitAsync(WireClient.Patience);
        await served.Server.StopAsync(CancellationToken.None);
        await served.DisposeAsync();
        await Assert.ThrowsAnyAsync<System.Net.Sockets.SocketException>(() => WireClient.ConnectAsync(address));
    }

    [Fact]
    public async Task One_connection_more_than_allowed_is_closed()
    {
        await using var served = await ServedRegion.StartAsync(Blocks.Small, new() { ConnectionsMax = 1 });
        using var first = await served.ConnectAsync();
        await first.AskAsync<Message.Imok>(new Message.Ruok());
        using var second = await served.ConnectAsync();

        Assert.Null(await second.ReceiveAsync());

        await first.AskAsync<Message.Imok>(new Message.Ruok());
    }

    [Fact]
    public async Task Taken_port_is_one_clear_error()
    {
        await using var served = await ServedRegion.StartAsync(Blocks.Small);
        using var directory = new TemporaryDirectory();
        using var region = Make(directory);
        await using var second = new DownstairsServer(
            region, new() { Listen = served.Server.LocalEndPoint }, TimeProvider.System, NullLogger.Instance);

        var error = await Assert.ThrowsAsync<IOException>(() => second.StartAsync(CancellationToken.None));

        Assert.Contains(served.Server.LocalEndPoint.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Taken_repair_port_that_was_asked_for_is_one_clear_error()
    {
        await using var served = await ServedRegion.StartAsync(Blocks.Small);
        using var directory = new TemporaryDirectory();
        using var region = Make(directory);
        await using var second = new DownstairsServer(
            region,
            new() { Listen = new(IPAddress.Loopback, 0), RepairListen = served.Server.RepairEndPoint },
            TimeProvider.System, NullLogger.Instance);

        var error = await Assert.ThrowsAsync<IOException>(() => second.StartAsync(CancellationToken.None));

        Assert.Contains(served.Server.RepairEndPoint.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_listens_everywhere_tells_the_repair_address_at_which_it_was_reached()
    {
        using var directory = new TemporaryDirectory();
        using var region = Make(directory);
        await using var server = new DownstairsServer(
            region, new() { Listen = new(IPAddress.Any, 0) }, TimeProvider.System, NullLogger.Instance);
        await server.StartAsync(CancellationToken.None);
        using var client = await WireClient.ConnectAsync(new(IPAddress.Loopback, server.LocalEndPoint.Port));

        var answer = await client.AskAsync<Message.YesItsMe>(Hello());

        Assert.Equal(new IPEndPoint(IPAddress.Loopback, server.RepairEndPoint.Port), answer.RepairAddress);
    }

    private static Region Make(TemporaryDirectory directory)
    {
        Region.Create(directory.Path, Blocks.Small);
        return Region.Open(directory.Path, readOnly: false);
    }

    [Fact]
    public async Task Peers_that_reset_or_leave_half_a_frame_do_no_harm()
    {
        await using var served = await ServedRegion.StartAsync(Blocks.Small);
        for (var i = 0; i < 20; i++)
        {
            var client = await served.ConnectAsync();
            await client.SendAsync(Encoded(Hello()).AsMemory(0, 4 + i));
            if (i % 2 == 0)
                client.Reset();
            else
                client.Dispose();
        }

        using var good = await RunningAsync(served);
        Assert.Equal(21, served.Server.Status.ConnectionsAccepted);
    }

    /// <summary>A disk whose syncs can be held up, or fail.</summary>
    private sealed class StuckDisk : IDiskSync, IDisposable
    {
        private readonly ManualResetEventSlim _released = new();

        public ManualResetEventSlim Reached { get; } = new();

        public volatile bool IsStuck;
        public volatile bool IsBroken;

        public void Sync(SafeFileHandle file)
        {
            if (IsBroken)
                throw new IOException("The disk said no.");
            if (!IsStuck)
                return;
            Reached.Set();
            Assert.True(_released.Wait(WireClient.Patience));
        }

        public void Release() => _released.Set();

        public void Dispose()
        {
            _released.Set();
            _released.Dispose();
            Reached.Dispose();
        }
    }
}
