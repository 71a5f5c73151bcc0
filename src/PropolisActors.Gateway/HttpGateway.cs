using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Propolis.Core;
using Propolis.Core.Api;
using Propolis.Core.Json;
using PropolisActors.Gateway.Endpoints;
using PropolisActors.Gateway.Http;
using PropolisActors.Gateway.OpenApi;
using PropolisActors.Protocols;

namespace PropolisActors.Gateway;

/// <summary>
/// The HTTP interface: checks a request in the order of the contract, asks the actors, and sends their answer. Decides
/// nothing and keeps nothing. Source: propolis-server API, sections 1 and 2.
/// </summary>
internal sealed partial class HttpGateway(
    InstanceEndpoints instances,
    DiskEndpoints disks,
    SerialEndpoints consoles,
    MigrationEndpoints migrations,
    VmListEndpoints lists,
    IHostApplicationLifetime lifetime,
    ILogger<HttpGateway> log)
{
    public const string RequestIdHeader = "x-request-id";
    private const string JsonType = "application/json";
    private static readonly ConsoleQuery NoQuery = new(null, null, null);

    /// <summary>Answers one request, whatever it is.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        var requestId = Guid.NewGuid();
        var begun = Stopwatch.GetTimestamp();
        http.Response.Headers[RequestIdHeader] = requestId.ToString();
        Answer answer;
        try
        {
            answer = await AnswerAsync(http);
        }
        catch (BadHttpRequestException e)
        {
            // The server's own complaint while a body was read: too slow, cut off, badly chunked.
            answer = new Answer.Refused(new ApiError(400, null, e.Message));
        }
        catch (Exception e) when (http.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            answer = new Answer.Nothing();
        }
        catch (Exception e)
        {
            LogFailed(requestId, e);
            answer = new Answer.Refused(ApiError.Internal);
        }

        await SendAsync(http, requestId, answer);
        LogAnswered(requestId, http.Request.Method, http.Request.Path, http.Response.StatusCode,
            Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
    }

    /// <summary>The order of these checks is part of the contract: header, route, parameters, body or upgrade.</summary>
    private async Task<Answer> AnswerAsync(HttpContext http)
    {
        var (target, targetError) = RequestTarget.Read(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        var (version, versionError) = ApiVersion.Read(
            http.Request.Headers.TryGetValue(ApiVersion.HeaderName, out var header) ? header[0] ?? "" : null);
        if (versionError is not null && (header.Count > 0 || !RouteTable.IsUnversioned(target)))
            return new Answer.Refused(versionError);
        if (header.Count == 0)
            version = ApiVersion.Newest;

        if (target is null)
            return new Answer.Refused(targetError!);
        if (Route.Find(target.Segments.AsSpan()) is not { } route)
            return new Answer.Refused(ApiError.UnknownPath);
        if (!route.Methods.TryGetValue(http.Request.Method, out var entry))
            return new Answer.Refused(ApiError.MethodNotAllowed, [.. route.Methods.Keys.Order(StringComparer.Ordinal)]);

        var vm = (VmName?)VmName.Default;
        if (route.Vm is not null && !VmName.TryParse(route.Vm, out vm))
            return new Answer.Refused(ApiError.BadPathParameter(
                $"a VM name is 1 to {VmName.LengthMax} letters, digits, '-', '_' or '.', and begins with a letter or digit"));
        var uuid = Guid.Empty;
        if (route.Uuid is { } asked && !UuidText.TryParse(asked.Text, out uuid))
            return new Answer.Refused(ApiError.BadPathParameter($"{asked.Name} is not a UUID"));
        var query = NoQuery;
        if (entry.Operation is Operation.Serial or Operation.SerialHistory)
        {
            (var read, var queryError) = ConsoleQuery.Read(target.Query);
            if (read is null)
                return new Answer.Refused(queryError!);
            query = read;
        }

        ReadOnlyMemory<byte> body = default;
        if (entry.Expects == Expects.JsonBody)
        {
            (body, var bodyError) = await RequestBody.ReadAsync(http.Request, http.RequestAborted);
            if (bodyError is not null)
                return new Answer.Refused(bodyError);
        }
        else if (entry.Expects == Expects.Upgrade && UpgradeHeaders.WhyNot(http.Request.Headers) is { } upgradeError)
        {
            return new Answer.Refused(upgradeError);
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        return await CarryOutAsync(
            entry.Operation, new Call(http, version, vm!.Value, route.Disk ?? "", uuid, query, body, ended.Token));
    }

    private Task<Answer> CarryOutAsync(Operation operation, Call call) => operation switch
    {
        Operation.Ensure => instances.EnsureAsync(call),
        Operation.Get => instances.GetAsync(call),
        Operation.SpecGet => instances.GetSpecAsync(call),
        Operation.StatePut => instances.PutStateAsync(call),
        Operation.StateMonitor => instances.MonitorAsync(call),
        Operation.MigrationStatus => instances.GetMigrationStatusAsync(call),
        Operation.Serial => consoles.ConnectAsync(call),
        Operation.MigrateStart => migrations.StartAsync(call),
        Operation.SerialHistory => consoles.GetHistoryAsync(call),
        Operation.DiskVcr => disks.ReplaceVcrAsync(call),
        Operation.DiskStatus => disks.GetStatusAsync(call),
        Operation.Snapshot => disks.SnapshotAsync(call),
        Operation.Nmi => instances.InjectNmiAsync(call),
        Operation.OpenApi => Task.FromResult<Answer>(Answer.Ok(OpenApiDocument.Of(call.Version))),
        Operation.VmList => lists.GetAllAsync(),
        Operation.VmGet => lists.GetOneAsync(call),
        Operation.VmWaiting => lists.GetWaitingAsync(call),
        _ => throw new UnreachableException($"{operation}"),
    };

    /// <summary>Sends an answer, unless the client has gone or has begun to get one.</summary>
    public static async Task SendAsync(HttpContext http, Guid requestId, Answer answer)
    {
        var response = http.Response;
        if (response.HasStarted || http.RequestAborted.IsCancellationRequested)
            return;
        switch (answer)
        {
            case Answer.Json json:
                await SendJsonAsync(response, json.Status, json.Body, http.RequestAborted);
                break;
            case Answer.NoContent:
                response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case Answer.Refused refused:
                if (refused.Allow is { } methods)
                    response.Headers.Allow = string.Join(", ", methods);
                if (refused.Why.RetryAfter is { } after)
                    response.Headers.RetryAfter = Math.Ceiling(after.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                await SendJsonAsync(
                    response, refused.Why.Status, ResponseJson.Error(refused.Why, requestId), http.RequestAborted);
                break;
            case Answer.Nothing:
                break;
            default:
                throw new UnreachableException(answer.GetType().Name);
        }
    }

    private static async Task SendJsonAsync(
        HttpResponse response, int status, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        response.StatusCode = status;
        response.ContentType = JsonType;
        response.ContentLength = body.Length;
        try
        {
            await response.Body.WriteAsync(body, ct);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client has gone; what it asked for is done.
        }
    }
}
