using System.Net.Sockets;
using System.Text;
using PropolisActors.Gateway.Access;

namespace PropolisActors.Gateway.Tests.Access;

/// <summary>Clients that hold a connection and give nothing for it, or ask for too much at once.</summary>
public sealed class SlowClientTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(500);

    [Theory]
    [InlineData("")]
    [InlineData("GET /inst")]
    [InlineData("GET /instance HTTP/1.1\r\nhost: x\r\napi-ver")]
    public async Task Headers_that_do_not_come_end_the_connection(string sent)
    {
        await using var server = await StartAsync(GatewayOptions.Default with { HeaderTime = Short, IdleTime = Short });

        Assert.DoesNotContain("200 OK", await AllAsync(server, sent), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_does_not_come_ends_the_request()
    {
        await using var server = await StartAsync(GatewayOptions.Default with { RateGrace = TimeSpan.FromSeconds(1.1) });

        var answer = await AllAsync(
            server, "PUT /instance HTTP/1.1\r\nhost: x\r\napi-version: 5.0.0\r\ncontent-length: 1000\r\n\r\n{");

        Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handshake_that_does_not_come_ends_the_connection()
    {
        using var pki = new TestPki();
        await using var server = await StartAsync(GatewayOptions.Default with
        {
            Access = AccessControl.Load(new AccessOptions(pki.CertificateFile, pki.KeyFile)),
            HandshakeTime = Short,
        });

        Assert.Equal("", await AllAsync(server, ""));
    }

    [Fact]
    public async Task Headers_beyond_their_limits_are_refused()
    {
        await using var server = await StartAsync(GatewayOptions.Default with { HeaderBytesMax = 2000, HeadersMax = 12 });

        Assert.Equal(431, (await server.Http.SendAsync("GET", "/instance", null, "x: " + new string('a', 3000))).Status);
        Assert.Equal(431, (await server.Http.SendAsync("GET", "/instance", null, [.. Enumerable.Repeat("x: y", 20)])).Status);
        Assert.Equal(424, (await server.Http.SendAsync("GET", "/instance", null, [.. Enumerable.Repeat("x: y", 10)])).Status);
    }

    [Fact]
    public async Task Connections_beyond_their_limit_are_closed_and_the_others_go_on()
    {
        await using var server = await StartAsync(GatewayOptions.Default with { ConnectionsMax = 1 });
        using var first = await server.Http.ConnectAsync();
        await first.GetStream().WriteAsync(RawHttp.Request("GET", "/instance", null, "api-version: 5.0.0"));
        Assert.Equal(424, (await RawHttp.ReadAsync(first)).Status);

        Assert.Equal("", await AllAsync(server, "GET /instance HTTP/1.1\r\nhost: x\r\napi-version: 5.0.0\r\n\r\n"));

        await first.GetStream().WriteAsync(RawHttp.Request("GET", "/instance", null, "api-version: 5.0.0"));
        Assert.Equal(424, (await RawHttp.ReadAsync(first)).Status);
    }

    private static Task<GatewayServer> StartAsync(GatewayOptions options) =>
        GatewayServer.StartAsync(ScriptedDirectory.Empty, options);

    /// <summary>Sends, and reads until the service ends the connection.</summary>
    private static async Task<string> AllAsync(GatewayServer server, string text)
    {
        using var connection = await server.Http.ConnectAsync();
        var stream = connection.GetStream();
        var got = new StringBuilder();
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer).AsTask().WaitAsync(RawHttp.Patience) is > 0 and var count)
                got.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The service broke the connection instead of ending it.
        }

        return got.ToString();
    }
}
