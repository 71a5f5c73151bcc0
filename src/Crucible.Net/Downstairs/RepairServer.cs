using System.Globalization;
using System.Net;
using System.Text.Json;
using Crucible.Net.Regions;
using Crucible.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Crucible.Net.Downstairs;

/// <summary>
/// The HTTP interface from which other disk servers copy extents (downstairs-repair, version 1.0.0). It only reads;
/// that a copy is good follows from the upstairs having flushed and closed the extent, and from the question afterwards
/// whether it still is closed.
/// </summary>
internal sealed class RepairServer : IAsyncDisposable
{
    private const int ConnectionsMax = 64;
    private const int RequestLineBytesMax = 1024;

    private readonly IServedRegion _region;
    private readonly Action _onWorkAsked;
    private readonly WebApplication _app;

    private RepairServer(IServedRegion region, Action onWorkAsked, WebApplication app)
    {
        _region = region;
        _onWorkAsked = onWorkAsked;
        _app = app;
        app.Run(ServeAsync);
    }

    /// <summary>Where it listens, with the port that was taken.</summary>
    public IPEndPoint LocalEndPoint { get; private set; } = new(IPAddress.None, 0);

    /// <summary>Listens and serves from now on.</summary>
    /// <param name="onWorkAsked">Writes what the server is doing to its log. Called from any thread.</param>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public static async Task<RepairServer> StartAsync(
        IServedRegion region, IPEndPoint listen, Action onWorkAsked, ILoggerFactory logs, CancellationToken ct)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton(logs);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(listen);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.MaxRequestLineSize = RequestLineBytesMax;
        });
        var server = new RepairServer(region, onWorkAsked, builder.Build());
        try
        {
            await server._app.StartAsync(ct).ConfigureAwait(false);
        }
        catch
        {
            await server._app.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        var bound = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        server.LocalEndPoint = IPEndPoint.Parse(new Uri(bound.Addresses.First()).Authority);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        // What is being copied is cut: the copier finds its copy too short and says so.
        using var now = new CancellationTokenSource();
        await now.CancelAsync().ConfigureAwait(false);
        await _app.StopAsync(now.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ServeAsync(HttpContext http)
    {
        try
        {
            await AnswerAsync(http).ConfigureAwait(false);
        }
        catch (RegionIoException e)
        {
            await FailAsync(http, StatusCodes.Status400BadRequest, e.Message).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Half an answer must not look whole.
            http.Abort();
        }
    }

    private Task AnswerAsync(HttpContext http)
    {
        if (!HttpMethods.IsGet(http.Request.Method))
            return FailAsync(http, StatusCodes.Status405MethodNotAllowed, "Only GET is known here.");
        var path = (http.Request.Path.Value ?? "").Trim('/').Split('/');
        switch (path)
        {
            case ["region-info"]:
                return JsonAsync(http, _region.DefinitionJson());
            case ["region-mode"]:
                return JsonAsync(http, Bytes(_region.ReadOnly));
            case ["work"]:
                _onWorkAsked();
                return JsonAsync(http, Bytes(true));
            case ["extent", var id, "files"]:
                return FilesAsync(http, ExtentOf(id));
            case ["extent", var id, "repair-ready"]:
                return JsonAsync(http, Bytes(_region.IsExtentStable(ExtentOf(id))));
            case ["newextent", var id, "data"]:
                return ExtentAsync(http, ExtentOf(id));
            case ["newextent", var id, "db" or "db_shm" or "db_wal"]:
                return FailAsync(http, StatusCodes.Status400BadRequest,
                    $"{ExtentOf(id)} has no such file: it keeps everything in its data file.");
            case ["newextent", _, var type]:
                return FailAsync(http, StatusCodes.Status400BadRequest, $"'{type}' is not a type of file.");
            default:
                return FailAsync(http, StatusCodes.Status404NotFound, "Not Found");
        }
    }

    private static ExtentId ExtentOf(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new ExtentId(number)
            : throw new RegionIoException(
                new CrucibleError.WithText(CrucibleErrorKind.GenericError, $"'{text}' is not the number of an extent."),
                mayPass: false);

    private Task FilesAsync(HttpContext http, ExtentId extent)
    {
        // Opened to see that it is there; a list with a missing file would be found out only later.
        _region.ExportExtent(extent).Dispose();
        return JsonAsync(http, JsonSerializer.SerializeToUtf8Bytes(new[] { Region.FileNameOf(extent) }));
    }

    private async Task ExtentAsync(HttpContext http, ExtentId extent)
    {
        using var export = _region.ExportExtent(extent);
        Identify(http);
        http.Response.ContentType = "application/octet-stream";
        http.Response.ContentLength = export.Length;
        await export.CopyToAsync(http.Response.Body, http.RequestAborted).ConfigureAwait(false);
    }

    private static byte[] Bytes(bool answer) => JsonSerializer.SerializeToUtf8Bytes(answer);

    private static Task JsonAsync(HttpContext http, byte[] json)
    {
        Identify(http);
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = json.Length;
        return http.Response.Body.WriteAsync(json, http.RequestAborted).AsTask();
    }

    private static Task FailAsync(HttpContext http, int status, string message)
    {
        var id = Identify(http);
        http.Response.StatusCode = status;
        return JsonAsync(http, JsonSerializer.SerializeToUtf8Bytes(new { request_id = id, message }));
    }

    private static string Identify(HttpContext http)
    {
        const string Header = "x-request-id";
        if (http.Response.Headers.TryGetValue(Header, out var known))
            return known.ToString();
        var id = Guid.NewGuid().ToString();
        http.Response.Headers[Header] = id;
        return id;
    }
}
