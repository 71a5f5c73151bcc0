using System.Net;
using System.Text.Json;
using Crucible.Wire;
using static Crucible.Net.Tests.Downstairs.Jobs;
using Blocks = Crucible.Net.Tests.Regions.Blocks;

namespace Crucible.Net.Tests.Downstairs;

public sealed class RepairServerTests : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = WireClient.Patience };

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Region_and_mode_are_told_as_the_contract_has_them()
    {
        var served = await ServedRegion.StartAsync(Blocks.Small);
        Assert.Equal(
            "{'block_size':512,'extent_size':{'value':10,'shift':9},'extent_count':3,"
            + "'uuid':'f0e0d0c0-b0a0-4908-8706-050403020100','encrypted':false,"
            + "'database_read_version':1,'database_write_version':1}",
            (await GetAsync(served, "region-info")).Replace('"', '\''));
        Assert.Equal("false", await GetAsync(served, "region-mode"));
        Assert.Equal("true", await GetAsync(served, "work"));

        served = await served.RestartAsync(readOnly: true);
        await using var restarted = served;
        Assert.Equal("true", await GetAsync(served, "region-mode"));
        Assert.Equal("true", await GetAsync(served, "extent/0/repair-ready"));
    }

    [Fact]
    public async Task Extent_is_ready_once_it_is_closed_and_its_file_has_the_layout_disk_servers_share()
    {
        await using var served = await ServedRegion.StartAsync(Blocks.Small);
        using var client = await RunningAsync(served);
        await client.AskAsync<Message.WriteAck>(WriteAt(1000, 12, 7));
        Assert.Equal("false", await GetAsync(served, "extent/1/repair-ready"));

        await client.AskAsync<Message.ExtentLiveCloseAck>(
            new Message.ExtentLiveFlushClose(Ids, new(1001), [], new(1), new(6), new(5)));

        Assert.Equal("true", await GetAsync(served, "extent/1/repair-ready"));
        Assert.Equal("[\"001\"]", await GetAsync(served, "extent/1/files"));
        var file = await _http.GetByteArrayAsync(UriOf(served, "newextent/1/data"));
        var slot = (10 * 512) + (2 * 48);
        Assert.Equal((10 * 512) + (20 * 48) + 2 + 32, file.Length);
        Assert.All(file[1024..1536], b => Assert.Equal(7, b));
        Assert.Equal(1, file[slot]);
        Assert.Equal(BlockHash.Plain(file.AsSpan(1024, 512)), BitConverter.ToUInt64(file, slot + 1));
        Assert.Equal(0, file[slot + 9]);
        Assert.Equal(BlockHash.Plain(file.AsSpan(1024, 512)), BitConverter.ToUInt64(file, slot + 10));
        Assert.Equal(
            "0005000000000000000600000000000000020000000000000000000000000000", Convert.ToHexString(file[^32..]));
        Assert.All(file[(slot + 48)..^32], b => Assert.Equal(0, b));
    }

    [Fact]
    public async Task File_of_an_open_extent_says_that_it_is_dirty()
    {
        await using var served = await ServedRegion.StartAsync(Blocks.Small);
        using var client = await RunningAsync(served);

        var file = await _http.GetByteArrayAsync(UriOf(served, "newextent/0/data"));

        Assert.Equal(1, file[^32]);
    }

    [Fact]
    public async Task Read_only_region_gives_out_what_its_journal_holds()
    {
        var served = await ServedRegion.StartAsync(Blocks.Small);
        using (var client = await RunningAsync(served))
        {
            await client.AskAsync<Message.WriteAck>(WriteAt(1000, 1, 7));
            await client.AskAsync<Message.FlushAck>(Flush(1001, flush: 9));
        }
        served = await served.RestartAsync(readOnly: true);
        await using var restarted = served;

        var file = await _http.GetByteArrayAsync(UriOf(served, "newextent/0/data"));

        Assert.Equal(7, file[512]);
        Assert.Equal(1, file[(10 * 512) + 48]);
        Assert.Equal((0, 9), (file[^32], file[^23]));
    }

    [Theory]
    [InlineData("extent/3/files", HttpStatusCode.BadRequest)]
    [InlineData("extent/3/repair-ready", HttpStatusCode.BadRequest)]
    [InlineData("extent/-1/files", HttpStatusCode.BadRequest)]
    [InlineData("newextent/x/data", HttpStatusCode.BadRequest)]
    [InlineData("newextent/0/db", HttpStatusCode.BadRequest)]
    [InlineData("newextent/0/db_shm", HttpStatusCode.BadRequest)]
    [InlineData("newextent/0/other", HttpStatusCode.BadRequest)]
    [InlineData("newextent/4294967296/data", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.NotFound)]
    [InlineData("region-infos", HttpStatusCode.NotFound)]
    [InlineData("extent/0", HttpStatusCode.NotFound)]
    public async Task What_is_not_there_is_an_error_with_a_body(string path, HttpStatusCode status)
    {
        await using var served = await ServedRegion.StartAsync(Blocks.Small);

        using var answer = await _http.GetAsync(UriOf(served, path));

        Assert.Equal(status, answer.StatusCode);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.NotEmpty(body.RootElement.GetProperty("message").GetString()!);
        Assert.NotEmpty(body.RootElement.GetProperty("request_id").GetString()!);
    }

    [Fact]
    public async Task Other_methods_are_refused()
    {
        await using var served = await ServedRegion.StartAsync(Blocks.Small);

        using var answer = await _http.DeleteAsync(UriOf(served, "newextent/0/data"));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    private Task<string> GetAsync(ServedRegion served, string path) => _http.GetStringAsync(UriOf(served, path));

    private static Uri UriOf(ServedRegion served, string path) => new($"http://{served.Server.RepairEndPoint}/{path}");
}
