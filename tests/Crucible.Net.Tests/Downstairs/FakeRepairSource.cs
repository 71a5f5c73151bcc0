using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Crucible.Net.Tests.Downstairs;

/// <summary>Another disk server's repair interface, as a test wants it to answer.</summary>
internal sealed class FakeRepairSource : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeRepairSource(WebApplication app) => _app = app;

    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.None, 0);

    /// <summary>Listens on any free port of loopback.</summary>
    /// <param name="answer">Given the path without its first slash.</param>
    public static async Task<FakeRepairSource> StartAsync(Func<string, HttpResponse, Task> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var source = new FakeRepairSource(builder.Build());
        source._app.Run(http => answer(http.Request.Path.Value![1..], http.Response));
        await source._app.StartAsync();
        var bound = source._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        source.EndPoint = IPEndPoint.Parse(new Uri(bound.Addresses.Single()).Authority);
        return source;
    }

    /// <summary>A source of one file for extent 0.</summary>
    public static Task<FakeRepairSource> OfAsync(
        byte[] file, string files = "[\"000\"]", string ready = "true") =>
        StartAsync((path, response) => path switch
        {
            "extent/0/files" => response.WriteAsync(files),
            "extent/0/repair-ready" => response.WriteAsync(ready),
            "newextent/0/data" => response.Body.WriteAsync(file).AsTask(),
            _ => throw new ArgumentException(path),
        });

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
