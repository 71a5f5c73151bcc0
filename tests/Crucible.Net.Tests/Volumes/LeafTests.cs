using System.Net;
using Crucible.Net.Volumes;
using Crucible.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Crucible.Net.Tests.Volumes;

/// <summary>The parts of a volume that are not region sets: a file, and a file behind HTTP.</summary>
public class LeafTests
{
    private const int Block = 512;

    [Fact]
    public async Task A_file_is_read_and_written_in_whole_blocks_and_counts_as_written()
    {
        using var directory = new TemporaryDirectory();
        var path = Path.Combine(directory.Path, "image");
        await File.WriteAllBytesAsync(path, Bytes(3 * Block + 100));
        using var file = FileDevice.Open(path, Block);
        Assert.Equal(3ul * Block, file.SizeBytes);

        var written = new bool[2];
        var read = new byte[2 * Block];
        Assert.True((await file.ReadWrittenAsync(Block, read, written, default)).IsOk);
        Assert.Equal(Bytes(3 * Block)[Block..], read);
        Assert.Equal([true, true], written);
        Assert.True((await file.WriteAsync(0, new byte[Block], default)).IsOk);
        Assert.True((await file.FlushAsync(default)).IsOk);
        Assert.Equal(new byte[Block], (await File.ReadAllBytesAsync(path))[..Block]);
        Assert.Equal(CrucibleErrorKind.Unsupported, (await file.WriteUnwrittenAsync(0, new byte[Block], default)).Error!.Kind);
    }

    [Fact]
    public async Task A_file_that_became_shorter_is_an_error_of_the_read()
    {
        using var directory = new TemporaryDirectory();
        var path = Path.Combine(directory.Path, "image");
        await File.WriteAllBytesAsync(path, Bytes(2 * Block));
        using var file = FileDevice.Open(path, Block);
        await File.WriteAllBytesAsync(path, Bytes(Block));
        Assert.Equal(CrucibleErrorKind.IoError, (await file.ReadAsync(Block, new byte[Block], default)).Error!.Kind);
        Assert.Throws<FileNotFoundException>(() => FileDevice.Open(path + "x", Block));
    }

    [Fact]
    public async Task A_url_is_read_by_ranges_and_ends_where_the_file_behind_it_does()
    {
        await using var server = await ServeAsync((context, bytes) => Results.Bytes(bytes, enableRangeProcessing: true).ExecuteAsync(context));
        using var http = new HttpClient();
        var url = new UrlDevice(http, AddressOf(server), Block, 8 * Block);
        var (read, written) = (new byte[4 * Block], new bool[4]);
        Array.Fill(read, (byte)0xEE);
        Assert.True((await url.ReadWrittenAsync(Block, read, written, default)).IsOk);
        Assert.Equal([true, true, false, false], written);
        Assert.Equal([.. Bytes(3 * Block)[Block..], .. new byte[2 * Block]], read);
        Assert.True((await url.ReadWrittenAsync(6 * Block, read.AsMemory(0, Block), written.AsMemory(0, 1), default)).IsOk);
        Assert.False(written[0]);
        Assert.Equal(CrucibleErrorKind.Unsupported, (await url.WriteAsync(0, read, default)).Error!.Kind);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(200)]
    [InlineData(500)]
    public async Task A_url_that_does_not_answer_with_the_range_is_an_error_that_does_not_name_it(int status)
    {
        await using var server = await ServeAsync((context, bytes) =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentLength = bytes.Length;
            return context.Request.Method == "HEAD" ? Task.CompletedTask : context.Response.Body.WriteAsync(bytes).AsTask();
        });
        using var http = new HttpClient();
        var url = new UrlDevice(http, AddressOf(server), Block, 8 * Block);
        var error = (await url.ReadAsync(0, new byte[Block], default)).Error!;
        Assert.Equal(CrucibleErrorKind.IoError, error.Kind);
        Assert.DoesNotContain("secret", error.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_url_whose_server_comes_back_is_read_after_all()
    {
        var isDown = true;
        await using var server = await ServeAsync((context, bytes) =>
        {
            if (!isDown)
                return Results.Bytes(bytes, enableRangeProcessing: true).ExecuteAsync(context);
            context.Response.StatusCode = (int)HttpStatusCode.ServiceUnavailable;
            return Task.CompletedTask;
        });
        using var http = new HttpClient();
        var url = new UrlDevice(http, AddressOf(server), Block, 8 * Block);
        Assert.False((await url.ReadAsync(0, new byte[Block], default)).IsOk);
        isDown = false;
        Assert.True((await url.ReadAsync(0, new byte[Block], default)).IsOk);
    }

    private static Uri AddressOf(WebApplication server) => new(
        $"{server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()}/image?secret");

    private static async Task<WebApplication> ServeAsync(Func<HttpContext, byte[], Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        server.Run(context => answer(context, Bytes((3 * Block) + 100)));
        await server.StartAsync();
        return server;
    }

    private static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)(i / 3))];
}
