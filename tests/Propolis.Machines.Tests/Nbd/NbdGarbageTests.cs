using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Propolis.Machines.Nbd;

namespace Propolis.Machines.Tests.Nbd;

/// <summary>What a client may say before it has an export, and what it may not.</summary>
public sealed class NbdGarbageTests : IAsyncDisposable
{
    private const uint ExportName = 1, Abort = 2, List = 3, Info = 6, Go = 7, Structured = 8, MetaContext = 10;
    private const uint Ack = 1, Server = 2, Unsupported = 0x80000001, Invalid = 0x80000003, Unknown = 0x80000006, TooBig = 0x80000009;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("nbd");
    private readonly NbdServer _server;

    public NbdGarbageTests() => _server = NbdServer.Start(
        new UnixDomainSocketEndPoint(Path),
        [new NbdExport("a", "first", new MemoryDisk(4)), new NbdExport("b", "second", new MemoryDisk(8))],
        TimeProvider.System,
        NullLogger.Instance);

    private string Path => System.IO.Path.Combine(_directory.FullName, "s");

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Theory]
    [InlineData(Go, "00000001" + "7A" + "0000", Unknown)]
    [InlineData(Info, "00000001" + "7A" + "0000", Unknown)]
    [InlineData(Go, "", Invalid)]
    [InlineData(Go, "FFFFFFFF" + "61" + "0000", Invalid)]
    [InlineData(Go, "00000001" + "61" + "0002" + "0003", Invalid)]
    [InlineData(Go, "00000001" + "61" + "0000" + "00", Invalid)]
    [InlineData(List, "00", Invalid)]
    [InlineData(Structured, "00", Invalid)]
    [InlineData(MetaContext, "0011", Unsupported)]
    [InlineData(5u, "", Unsupported)]
    [InlineData(77u, "001122", Unsupported)]
    public async Task A_bad_option_is_answered_and_the_next_one_is_taken(uint option, string payload, uint reply)
    {
        using var client = await GreetedAsync();
        await client.OptionAsync(option, Convert.FromHexString(payload));
        var (echo, type, _) = await client.OptionReplyAsync();
        Assert.Equal((option, reply), (echo, type));
        await client.OptionAsync(Go, NbdClient.InfoPayload("b"));
        Assert.Equal(3u, (await client.OptionReplyAsync()).Type);
    }

    [Fact]
    public async Task An_option_longer_than_the_limit_is_dropped_and_refused()
    {
        using var client = await GreetedAsync();
        await client.OptionAsync(Go, new byte[(64 * 1024) + 1]);
        Assert.Equal(TooBig, (await client.OptionReplyAsync()).Type);
        await client.OptionAsync(Abort, []);
        Assert.Equal(Ack, (await client.OptionReplyAsync()).Type);
        Assert.Equal(0, await client.BytesUntilClosedAsync());
    }

    [Fact]
    public async Task All_exports_are_listed_and_their_facts_told_without_choosing_one()
    {
        using var client = await GreetedAsync();
        await client.OptionAsync(List, []);
        Assert.Equal("00000001" + "61" + "6669727374", Convert.ToHexString((await client.OptionReplyAsync()).Payload));
        Assert.Equal(Server, (await client.OptionReplyAsync()).Type);
        Assert.Equal(Ack, (await client.OptionReplyAsync()).Type);
        await client.OptionAsync(Info, NbdClient.InfoPayload("b", 3, 1, 2));
        var infos = new List<string>();
        for (var reply = await client.OptionReplyAsync(); reply.Type != Ack; reply = await client.OptionReplyAsync())
            infos.Add(Convert.ToHexString(reply.Payload));
        Assert.Equal(
            [
                "0000" + "0000000000001000" + "016D",
                "0003" + "00000200" + "00001000" + "02000000",
                "0001" + "62",
                "0002" + "7365636F6E64",
            ],
            infos);
    }

    [Theory]
    [InlineData("61", true, 10)]
    [InlineData("61", false, 134)]
    [InlineData("7A", true, 0)]
    public async Task The_old_way_to_choose_is_answered_without_a_header_or_not_at_all(string name, bool leavesOutZeroes, int bytes)
    {
        using var client = await NbdClient.ConnectAsync(Path);
        await client.ReadAsync(18);
        await client.SendAsync([0, 0, 0, (byte)(leavesOutZeroes ? 3 : 1)]);
        await client.OptionAsync(ExportName, Convert.FromHexString(name));
        if (bytes == 0)
        {
            Assert.Equal(0, await client.BytesUntilClosedAsync());
            return;
        }

        var answer = await client.ReadAsync(bytes);
        Assert.Equal(2048ul, BinaryPrimitives.ReadUInt64BigEndian(answer));
        await client.RequestAsync(3, 9, 0, 0);
        Assert.Equal((0u, 9ul), await client.ReplyAsync());
    }

    [Theory]
    [InlineData("00000007")]
    [InlineData("00000003" + "0000000000000000" + "00000007" + "00000000")]
    [InlineData("474554202F20485454502F312E310D0A0D0A")]
    public async Task A_client_that_speaks_something_else_is_cut_off_and_harms_nobody(string hex)
    {
        using var bystander = await NbdClient.ConnectAsync(Path);
        await bystander.ChooseAsync("a");
        using var client = await NbdClient.ConnectAsync(Path);
        await client.ReadAsync(18);
        await client.SendAsync(Convert.FromHexString(hex));
        Assert.Equal(0, await client.BytesUntilClosedAsync());
        await bystander.RequestAsync(3, 1, 0, 0);
        Assert.Equal((0u, 1ul), await bystander.ReplyAsync());
    }

    [Fact]
    public async Task A_request_with_another_magic_ends_the_connection()
    {
        using var client = await NbdClient.ConnectAsync(Path);
        await client.ChooseAsync("a");
        await client.SendAsync(new byte[28]);
        Assert.Equal(0, await client.BytesUntilClosedAsync());
    }

    [Fact]
    public async Task Options_without_end_are_cut_off()
    {
        using var client = await GreetedAsync();
        for (var i = 0; i < 64; i++)
        {
            await client.OptionAsync(77, []);
            await client.OptionReplyAsync();
        }

        await client.OptionAsync(77, []);
        Assert.Equal(0, await client.BytesUntilClosedAsync());
    }

    [Fact]
    public async Task Random_bytes_at_every_stage_leave_the_server_serving()
    {
        var random = new Random(20261125);
        for (var round = 0; round < 300; round++)
        {
            using var client = await NbdClient.ConnectAsync(Path);
            if (round % 3 == 0)
                await client.ReadAsync(18);
            else if (round % 3 == 1)
                await client.GreetAsync();
            else
                await client.ChooseAsync(round % 2 == 0 ? "a" : "b", isStructured: true);
            var bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);
            // Half of them begin as a request, so that what follows is looked at.
            if (round % 2 == 0 && bytes.Length > 8)
                BinaryPrimitives.WriteUInt64BigEndian(
                    bytes, round % 3 == 2 ? 0x2560951300000000 + (ulong)random.Next(8) : NbdClient.OptionMagic);
            await client.SendAsync(bytes);
        }

        using var good = await NbdClient.ConnectAsync(Path);
        await good.ChooseAsync("a");
        await good.RequestAsync(0, 1, 0, 512);
        Assert.Equal((0u, 1ul), await good.ReplyAsync());
    }

    private async Task<NbdClient> GreetedAsync()
    {
        var client = await NbdClient.ConnectAsync(Path);
        await client.GreetAsync();
        return client;
    }
}
