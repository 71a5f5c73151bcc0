using System.Net.Sockets;
using Crucible.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Propolis.Machines.Nbd;

namespace Propolis.Machines.Tests.Nbd;

public sealed class NbdServerTests : IAsyncDisposable
{
    private const ushort Read = 0, Write = 1, Disconnect = 2, Flush = 3, Trim = 4, WriteZeroes = 6, BlockStatus = 7;
    private const ushort Forced = 1, FastZero = 16;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("nbd");
    private readonly MemoryDisk _disk = new(64);
    private NbdServer? _server;

    private string Path => System.IO.Path.Combine(_directory.FullName, "s");

    public async ValueTask DisposeAsync()
    {
        _disk.Release();
        if (_server is not null)
            await _server.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_reads_what_it_wrote_also_when_every_byte_comes_alone(bool isSlow)
    {
        Serve(new NbdExport("vol", "a disk", _disk));
        using var client = await NbdClient.ConnectAsync(Path, isSlow);
        var (size, flags) = await client.ChooseAsync("vol");
        Assert.Equal((64 * 512ul, (ushort)0x016d), (size, flags));

        var data = Pattern(1024, 7);
        await client.RequestAsync(Write, 11, 512, 1024, data);
        Assert.Equal((0u, 11ul), await client.ReplyAsync());
        await client.RequestAsync(Read, ulong.MaxValue, 512, 1024);
        Assert.Equal((0u, ulong.MaxValue), await client.ReplyAsync());
        Assert.Equal(data, await client.ReadAsync(1024));
    }

    [Fact]
    public async Task A_read_of_part_of_a_block_is_served_and_such_a_write_is_refused()
    {
        Serve(new NbdExport("vol", "", _disk));
        using var client = await NbdClient.ConnectAsync(Path);
        await client.ChooseAsync("vol");
        var data = Pattern(1536, 3);
        await client.RequestAsync(Write, 1, 0, 1536, data);
        await client.ReplyAsync();
        await client.RequestAsync(Read, 2, 500, 600);
        Assert.Equal((0u, 2ul), await client.ReplyAsync());
        Assert.Equal(data[500..1100], await client.ReadAsync(600));
        await client.RequestAsync(Write, 3, 500, 512, Pattern(512, 1));
        Assert.Equal((22u, 3ul), await client.ReplyAsync());
    }

    [Theory]
    [InlineData(Read, 64 * 512ul, 512u, 22u)]
    [InlineData(Read, ulong.MaxValue, 512u, 22u)]
    [InlineData(Write, 63 * 512ul, 1024u, 28u)]
    [InlineData(WriteZeroes, 64 * 512ul, 512u, 28u)]
    [InlineData(Trim, 1ul << 40, 512u, 22u)]
    [InlineData(BlockStatus, 0ul, 512u, 22u)]
    [InlineData((ushort)99, 0ul, 512u, 22u)]
    [InlineData(Read, 512ul, 0u, 0u)]
    [InlineData(Write, 512ul, 0u, 0u)]
    public async Task A_request_that_cannot_be_is_answered_with_its_error_and_the_connection_lives_on(
        ushort command, ulong offset, uint length, uint error)
    {
        Serve(new NbdExport("vol", "", _disk));
        using var client = await NbdClient.ConnectAsync(Path);
        await client.ChooseAsync("vol");
        await client.RequestAsync(command, 5, offset, length, command == Write ? new byte[length] : null);
        Assert.Equal((error, 5ul), await client.ReplyAsync());
        await client.RequestAsync(Flush, 6, 0, 0);
        Assert.Equal((0u, 6ul), await client.ReplyAsync());
    }

    [Fact]
    public async Task A_read_only_disk_says_so_and_refuses_a_write_after_taking_its_payload()
    {
        Serve(new NbdExport("vol", "", new MemoryDisk(8, readOnly: true)));
        using var client = await NbdClient.ConnectAsync(Path);
        Assert.Equal(0x010f, (await client.ChooseAsync("vol")).Flags);
        await client.RequestAsync(Write, 1, 0, 512, Pattern(512, 1));
        Assert.Equal((1u, 1ul), await client.ReplyAsync());
        await client.RequestAsync(Read, 2, 0, 512);
        Assert.Equal((0u, 2ul), await client.ReplyAsync());
        Assert.Equal(new byte[512], await client.ReadAsync(512));
    }

    [Fact]
    public async Task A_forced_write_is_flushed_before_it_is_answered()
    {
        Serve(new NbdExport("vol", "", _disk));
        using var client = await NbdClient.ConnectAsync(Path);
        await client.ChooseAsync("vol");
        await client.RequestAsync(Write, 1, 0, 512, Pattern(512, 1));
        await client.ReplyAsync();
        Assert.Equal(1, _disk.Calls);
        await client.RequestAsync(Write, 2, 0, 512, Pattern(512, 2), Forced);
        await client.ReplyAsync();
        Assert.Equal(3, _disk.Calls);
    }

    [Fact]
    public async Task Zeroes_are_written_and_only_a_fast_way_to_do_so_is_refused()
    {
        Serve(new NbdExport("vol", "", _disk));
        using var client = await NbdClient.ConnectAsync(Path);
        await client.ChooseAsync("vol");
        await client.RequestAsync(Write, 1, 0, 2048, Pattern(2048, 9));
        await client.ReplyAsync();
        await client.RequestAsync(WriteZeroes, 2, 512, 1024, flags: FastZero);
        Assert.Equal((95u, 2ul), await client.ReplyAsync());
        await client.RequestAsync(WriteZeroes, 3, 512, 1024);
        Assert.Equal((0u, 3ul), await client.ReplyAsync());
        Assert.Equal(new byte[512], _disk.Block(1));
        Assert.Equal(new byte[512], _disk.Block(2));
        Assert.Equal(Pattern(2048, 9)[1536..], _disk.Block(3));
    }

    [Fact]
    public async Task A_request_the_disk_does_not_answer_waits_and_an_error_of_the_disk_is_an_answer()
    {
        _disk.Fault = call => call == 1 ? CrucibleError.Io("the servers are gone") : null;
        Serve(new NbdExport("vol", "", _disk));
        using var client = await NbdClient.ConnectAsync(Path);
        await client.ChooseAsync("vol");
        _disk.Hold();
        await client.RequestAsync(Read, 1, 0, 512);
        await client.RequestAsync(Read, 2, 0, 512);
        await _disk.Holding;
        _disk.Release();
        var replies = new Dictionary<ulong, uint>();
        for (var i = 0; i < 2; i++)
        {
            var (error, cookie) = await client.ReplyAsync();
            replies[cookie] = error;
            if (error == 0)
                await client.ReadAsync(512);
        }

        Assert.Equal(0u, replies[1]);
        Assert.Equal(5u, replies[2]);
    }

    [Fact]
    public async Task Structured_replies_carry_offset_and_end_with_the_only_chunk()
    {
        _disk.Fault = call => call == 1 ? CrucibleError.Io("gone") : null;
        Serve(new NbdExport("vol", "", _disk));
        using var client = await NbdClient.ConnectAsync(Path);
        await client.ChooseAsync("vol", isStructured: true);
        await client.RequestAsync(Read, 0x0102, 512, 512);
        Assert.Equal(
            "668E33EF" + "0001" + "0001" + "0000000000000102" + "00000208" + "0000000000000200",
            Convert.ToHexString(await client.ReadAsync(28)));
        await client.ReadAsync(512);
        await client.RequestAsync(Read, 3, 0, 512);
        Assert.Equal(
            "668E33EF" + "0001" + "8001" + "0000000000000003" + "00000006" + "00000005" + "0000",
            Convert.ToHexString(await client.ReadAsync(26)));
        await client.RequestAsync(Read, 4, 0, 0);
        Assert.Equal("668E33EF" + "0001" + "0000" + "0000000000000004" + "00000000", Convert.ToHexString(await client.ReadAsync(20)));
        await client.RequestAsync(Flush, 5, 0, 0);
        Assert.Equal((0u, 5ul), await client.ReplyAsync());
    }

    [Fact]
    public async Task More_requests_than_may_be_under_way_are_all_answered()
    {
        Serve(new NbdExport("vol", "", _disk));
        using var client = await NbdClient.ConnectAsync(Path);
        await client.ChooseAsync("vol");
        _disk.Hold();
        var sending = Task.Run(async () =>
        {
            for (var i = 0u; i < 3000; i++)
                await client.RequestAsync(Flush, i, 0, 0);
        });
        await _disk.Holding;
        _disk.Release();
        var seen = new HashSet<ulong>();
        for (var i = 0; i < 3000; i++)
            Assert.True(seen.Add((await client.ReplyAsync()).Cookie));
        await sending;
    }

    [Fact]
    public async Task A_payload_as_large_as_the_limit_is_taken_and_a_larger_one_ends_that_connection_only()
    {
        var large = new MemoryDisk(80 * 1024);
        Serve(new NbdExport("vol", "", large));
        using var client = await NbdClient.ConnectAsync(Path);
        await client.ChooseAsync("vol");
        await client.RequestAsync(Write, 1, 0, 32 << 20, Pattern(32 << 20, 5));
        Assert.Equal((0u, 1ul), await client.ReplyAsync());
        await client.RequestAsync(Read, 2, 0, 32 << 20);
        Assert.Equal((0u, 2ul), await client.ReplyAsync());
        var read = await client.ReadAsync(32 << 20);
        Assert.True(Pattern(32 << 20, 5).AsSpan().SequenceEqual(read));

        using var bystander = await NbdClient.ConnectAsync(Path);
        await bystander.ChooseAsync("vol");
        await client.RequestAsync(Read, 3, 0, (32 << 20) + 512);
        Assert.Equal(0, await client.BytesUntilClosedAsync());
        await bystander.RequestAsync(Read, 4, 0, 512);
        Assert.Equal((0u, 4ul), await bystander.ReplyAsync());
    }

    [Fact]
    public async Task What_was_begun_is_answered_after_a_disconnect_and_then_the_connection_closes()
    {
        Serve(new NbdExport("vol", "", _disk));
        using var client = await NbdClient.ConnectAsync(Path);
        await client.ChooseAsync("vol");
        _disk.Hold();
        await client.RequestAsync(Flush, 1, 0, 0);
        await client.RequestAsync(Disconnect, 2, 0, 0);
        await _disk.Holding;
        _disk.Release();
        Assert.Equal((0u, 1ul), await client.ReplyAsync());
        Assert.Equal(0, await client.BytesUntilClosedAsync());
    }

    [Fact]
    public async Task A_new_client_of_an_exclusive_disk_cuts_the_older_one_off_before_it_is_answered()
    {
        Serve(new NbdExport("vol", "", _disk, IsExclusive: true));
        using var older = await NbdClient.ConnectAsync(Path);
        Assert.Equal(0x006d, (await older.ChooseAsync("vol")).Flags);
        using var newer = await NbdClient.ConnectAsync(Path);
        await newer.ChooseAsync("vol");
        Assert.Equal(0, await older.BytesUntilClosedAsync());
        await newer.RequestAsync(Flush, 1, 0, 0);
        Assert.Equal((0u, 1ul), await newer.ReplyAsync());
    }

    [Fact]
    public async Task A_socket_file_is_for_its_owner_only_replaced_when_stale_and_gone_afterwards()
    {
        using (var stale = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            stale.Bind(new UnixDomainSocketEndPoint(Path));
        Serve(new NbdExport("vol", "", _disk));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        Assert.Throws<IOException>(() => Serve(new NbdExport("vol", "", _disk)));
        using (var client = await NbdClient.ConnectAsync(Path))
            await client.ChooseAsync("vol");
        await _server!.DisposeAsync();
        _server = null;
        Assert.False(File.Exists(Path));
    }

    private void Serve(params NbdExport[] exports) => _server = NbdServer.Start(
        new UnixDomainSocketEndPoint(Path), exports, TimeProvider.System, NullLogger.Instance);

    private static byte[] Pattern(int length, byte seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
