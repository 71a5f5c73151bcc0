using System.Net;
using System.Text;
using PropolisActors.Cli.Processes;
using PropolisActors.Cli.Serving;

namespace PropolisActors.Cli.Tests.Serving;

public sealed class MetricsExportTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_collector_that_is_configured_is_sent_the_figures()
    {
        using var scratch = new ScratchDirectory();
        using var collector = new HttpListener();
        var port = FreePort();
        collector.Prefixes.Add($"http://127.0.0.1:{port}/");
        collector.Start();
        await using var service = await StartAsync(scratch, $"http://127.0.0.1:{port}/v1/metrics");

        // The first may come before everything has been measured once.
        var body = "";
        while (!body.Contains("propolis.vms", StringComparison.Ordinal))
            body = await NextAsync(collector).WaitAsync(Limit);
    }

    [Fact]
    public async Task A_collector_that_cannot_be_one_is_refused_with_an_example()
    {
        using var scratch = new ScratchDirectory();

        var refused = await Assert.ThrowsAsync<CommandFailedException>(() => StartAsync(scratch, "collector"));

        Assert.Equal(ExitCodes.WrongUsage, refused.ExitCode);
        Assert.Contains("http://127.0.0.1:4318/v1/metrics", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<string> NextAsync(HttpListener collector)
    {
        var sent = await collector.GetContextAsync();
        Assert.Equal(("POST", "/v1/metrics", "application/x-protobuf"), (
            sent.Request.HttpMethod, sent.Request.Url!.AbsolutePath, sent.Request.ContentType));
        using var body = new MemoryStream();
        await sent.Request.InputStream.CopyToAsync(body);
        sent.Response.Close();
        return Encoding.Latin1.GetString(body.ToArray());
    }

    private static async Task<ServiceProcess> StartAsync(ScratchDirectory scratch, string collector)
    {
        var config = scratch.PathOf("service.hocon");
        var delivered = Path.Combine(AppContext.BaseDirectory, "hocon", "local.hocon");
        await File.WriteAllTextAsync(config, $$"""
            include required("{{delivered}}")
            propolis.metrics { otlp-endpoint = "{{collector}}", otlp-interval = 100ms }
            """);
        return await ServiceProcess.StartAsync(
            new ServeSettings(new IPEndPoint(IPAddress.Loopback, 0), Config: new FileInfo(config), IsQuiet: true), CancellationToken.None);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
