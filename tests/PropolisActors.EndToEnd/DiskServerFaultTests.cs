using System.Net;
using System.Net.Sockets;
using Crucible.Net.Tests.Downstairs;
using Crucible.Wire;
using PropolisActors.EndToEnd.Harness;

namespace PropolisActors.EndToEnd;

/// <summary>A disk server as a real process, treated badly in loops; its data is checked after each.</summary>
public sealed class DiskServerFaultTests
{
    [Fact]
    public async Task Server_killed_under_load_again_and_again_keeps_what_it_flushed_and_tears_nothing()
    {
        await using var disk = await RawDisk.CreateAsync();
        var random = new Random(51);
        for (var round = 0; round < 6; round++)
        {
            await disk.StartAsync();
            await disk.VerifyAsync($"round {round}");
            for (var i = random.Next(12); i > 0; i--)
            {
                Assert.True(await disk.WriteAsync(random.Next(RawDisk.BlockCount - 4), Fills(random)));
                if (random.Next(3) == 0)
                    Assert.True(await disk.FlushAsync());
            }
            // The last ones are under way when it dies.
            for (var i = 0; i < 40; i++)
                await disk.SendWriteAsync(random.Next(RawDisk.BlockCount - 4), Fills(random));
            if (random.Next(2) == 0)
                await disk.SendFlushAsync();
            for (var answers = random.Next(30); answers > 0; answers--)
                await disk.AnswerAsync<Message.WriteAck>();
            await disk.KillAsync();
        }
        await disk.StartAsync();
        await disk.VerifyAsync("the end");
        await disk.KillAsync();
        await AssertUndamagedAsync(disk);
    }

    [Fact]
    public async Task Full_disk_fails_writes_and_not_the_server_and_is_served_again_once_there_is_room()
    {
        if (!OperatingSystem.IsLinux())
            return;
        await using var disk = await RawDisk.CreateAsync();
        await disk.StartAsync();
        Assert.True(await disk.WriteAsync(0, 1, 2, 3));
        Assert.True(await disk.FlushAsync());
        for (var round = 0; round < 3; round++)
        {
            disk.LimitFiles(16 * 1024);
            var isFull = false;
            for (var i = 0; i < 8 && !isFull; i++)
                isFull = !await disk.WriteAsync(8 * i, 4, 5, 6, 7);
            Assert.True(isFull);
            await disk.Client.AskAsync<Message.Imok>(new Message.Ruok());
            await disk.VerifyAsync($"full, round {round}");

            disk.LimitFiles(null);
            // As an upstairs does with a server that failed a write.
            disk.Client.Dispose();
            await disk.ConnectAsync();
            await disk.VerifyAsync($"room again, round {round}");
            Assert.True(await disk.WriteAsync(16, (byte)(round + 1)));
            Assert.True(await disk.FlushAsync());
        }
        await disk.KillAsync();
        await AssertUndamagedAsync(disk);
    }

    [Fact]
    public async Task Damaged_block_is_an_error_for_that_block_alone_until_it_is_written_again()
    {
        await using var disk = await RawDisk.CreateAsync();
        await disk.StartAsync();
        Assert.True(await disk.WriteAsync(0, 1, 2, 3));
        Assert.True(await disk.FlushAsync());
        await disk.KillAsync();
        // Opening moves the journal into the extent, and only then is there something to damage.
        await disk.StartAsync();
        await using (var file = new FileStream(
            Path.Combine(disk.Data, "00", "000", "000"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Position = RawDisk.BlockSize + 17;
            file.WriteByte(99);
        }

        await disk.SendReadAsync(1, 1);
        Assert.False((await disk.AnswerAsync<Message.ReadResponse>()).Blocks.IsOk);
        await disk.SendReadAsync(2, 1);
        Assert.True((await disk.AnswerAsync<Message.ReadResponse>()).Blocks.IsOk);
        await disk.Client.AskAsync<Message.Imok>(new Message.Ruok());
        Assert.True(await disk.WriteAsync(1, 8));
        await disk.VerifyAsync("healed");
    }

    [Fact]
    public async Task Random_errors_of_the_disk_are_ridden_out()
    {
        await using var disk = await RawDisk.CreateAsync();
        var random = new Random(52);
        await disk.StartAsync("--lossy", "--read-errors", "--write-errors", "--flush-errors");
        for (var i = 0; i < 20; i++)
        {
            Assert.True(await disk.WriteAsync(random.Next(RawDisk.BlockCount - 4), Fills(random)));
            if (i % 5 == 0)
                Assert.True(await disk.FlushAsync());
        }
        await disk.VerifyAsync("with errors");
        await disk.KillAsync();
        await disk.StartAsync();
        await disk.VerifyAsync("without");
    }

    [Fact]
    public async Task Garbage_silence_and_half_frames_of_other_peers_disturb_nobody()
    {
        await using var disk = await RawDisk.CreateAsync();
        var random = new Random(53);
        await disk.StartAsync();
        var silent = new List<WireClient>();
        for (var round = 0; round < 40; round++)
        {
            var peer = await WireClient.ConnectAsync(disk.Address);
            if (round % 4 == 0)
            {
                // A black hole: it says nothing, or stops in the middle.
                silent.Add(peer);
                if (round % 8 == 0)
                    await peer.SendAsync(new byte[] { 78, 0, 0 });
                continue;
            }
            var garbage = new byte[random.Next(1, 4096)];
            random.NextBytes(garbage);
            if (round % 2 == 0)
                BitConverter.TryWriteBytes(garbage, (uint)garbage.Length);
            await TrySendAsync(peer, garbage);
            peer.Reset();
            Assert.True(await disk.WriteAsync(random.Next(RawDisk.BlockCount - 4), Fills(random)));
        }
        Assert.True(await disk.FlushAsync());
        await disk.VerifyAsync("after garbage");
        silent.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task Reader_that_does_not_read_is_cut_off_and_the_next_upstairs_is_served()
    {
        await using var disk = await RawDisk.CreateAsync();
        await disk.StartAsync();
        for (var start = 0; start < RawDisk.BlockCount; start += 4)
            Assert.True(await disk.WriteAsync(start, 1, 2, 3, 4));
        Assert.True(await disk.FlushAsync());

        // Each answer has 256 KiB, and none is taken: more than fits the sockets and the queue of replies.
        for (var i = 0; i < 3000; i++)
        {
            if (!await TrySendAsync(() => disk.SendReadAsync(0, RawDisk.BlockCount)))
                break;
        }

        var slow = disk.Client;
        await disk.ConnectAsync();
        await disk.VerifyAsync("after a slow reader");
        Assert.True(await disk.WriteAsync(0, 9));
        Assert.True(await disk.FlushAsync());
        slow.Dispose();
    }

    [Fact]
    public async Task Repair_from_a_black_hole_leaves_pings_answered_and_ends_with_a_takeover()
    {
        using var hole = new TcpListener(IPAddress.Loopback, 0);
        hole.Start();
        await using var disk = await RawDisk.CreateAsync();
        await disk.StartAsync();
        Assert.True(await disk.WriteAsync(0, 7));
        Assert.True(await disk.FlushAsync());
        await disk.Client.AskAsync<Message.RepairAckId>(new Message.ExtentClose(new(0), new(0)));
        await disk.Client.SendAsync(new Message.ExtentRepair(
            new(1), new(0), new(0), (IPEndPoint)hole.LocalEndpoint, [new(1)]));
        for (var i = 0; i < 10; i++)
            await disk.Client.AskAsync<Message.Imok>(new Message.Ruok());

        await disk.ConnectAsync();

        await disk.VerifyAsync("after a takeover");
    }

    [Fact]
    public async Task Server_killed_while_it_copies_an_extent_has_the_old_one_or_the_new_one_and_can_copy_again()
    {
        await using var source = await RawDisk.CreateAsync();
        await using var target = await RawDisk.CreateAsync();
        var random = new Random(54);
        await source.StartAsync();
        for (byte round = 1; round <= 6; round++)
        {
            await FillExtentAsync(source, round);
            await source.Client.AskAsync<Message.RepairAckId>(new Message.ExtentClose(new(0), new(0)));
            await target.StartAsync();
            var before = await target.ContentAsync(0);
            await target.Client.AskAsync<Message.RepairAckId>(new Message.ExtentClose(new(0), new(0)));
            await target.Client.SendAsync(new Message.ExtentRepair(new(1), new(0), new(0), source.RepairAddress, [new(1)]));
            // Killed at any moment of the copy, or right after it was said to be whole.
            var isWhole = await PingUntilAnsweredAsync(target.Client, round % 3 == 0 ? int.MaxValue : random.Next(2000));
            await target.KillAsync();

            await target.StartAsync();
            var after = await target.ContentAsync(0);
            var isNew = after.All(b => b == round);
            Assert.True(isNew || (!isWhole && after.SequenceEqual(before)), $"round {round}: whole {isWhole}, new {isNew}");
            await target.KillAsync();
            await source.Client.AskAsync<Message.RepairAckId>(new Message.ExtentReopen(new(2), new(0)));
        }
        await AssertUndamagedAsync(target);
    }

    /// <summary>Pings until the repair is answered, or so often.</summary>
    private static async Task<bool> PingUntilAnsweredAsync(WireClient client, int pingsMax)
    {
        var isAnswered = false;
        for (var pings = 0; pings < pingsMax && !isAnswered; pings++)
        {
            await client.SendAsync(new Message.Ruok());
            isAnswered = await client.ReceiveAsync() is Message.RepairAckId;
        }
        return isAnswered;
    }

    private static async Task FillExtentAsync(RawDisk disk, byte fill)
    {
        Assert.True(await disk.WriteAsync(0, [.. Enumerable.Repeat(fill, RawDisk.BlockCount / 4)]));
        Assert.True(await disk.FlushAsync());
    }

    private static byte[] Fills(Random random) =>
        [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => (byte)random.Next(1, 256))];

    private static Task<bool> TrySendAsync(WireClient peer, byte[] bytes) => TrySendAsync(() => peer.SendAsync(bytes));

    private static async Task<bool> TrySendAsync(Func<Task> send)
    {
        try
        {
            await send();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task AssertUndamagedAsync(RawDisk disk)
    {
        var verify = await Executable.RunAsync("downstairs", "verify", "--data", disk.Data);
        Assert.EndsWith(" 0 damaged\n", verify.Output, StringComparison.Ordinal);
    }
}
