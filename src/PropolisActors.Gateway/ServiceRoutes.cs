using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Propolis.Core.Api;
using PropolisActors.Gateway.Events;
using PropolisActors.Gateway.Health;
using PropolisActors.Gateway.Http;
using PropolisActors.Gateway.Metrics;

namespace PropolisActors.Gateway;

/// <summary>
/// The routes about the service itself. They are none of the contract's and need no <c>api-version</c>: browsers, monitors
/// and load balancers, which are their clients, cannot send one.
/// </summary>
internal sealed class ServiceRoutes(EventStreams events, MetricsReader metrics, Readiness readiness, IHostApplicationLifetime lifetime)
{
    /// <summary>Answers the request if it is for one of these routes.</summary>
    /// <returns>False when it is for another; nothing was done then.</returns>
    public async Task<bool> TryHandleAsync(HttpContext http)
    {
        if (Find(PathOf(http)) is not { } route)
            return false;
        var requestId = Guid.NewGuid();
        http.Response.Headers[HttpGateway.RequestIdHeader] = requestId.ToString();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        var answer = HttpMethods.IsGet(http.Request.Method)
            ? await route(http, ended.Token)
            : new Answer.Refused(ApiError.MethodNotAllowed, ["GET"]);
        await HttpGateway.SendAsync(http, requestId, answer);
        return true;
    }

    /// <summary>The route tells only whether the service lives, so anybody may ask.</summary>
    public bool IsOpen(HttpContext http) => PathOf(http) is "/healthz" or "/readyz";

    private static string PathOf(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        return question < 0 ? target : target[..question];
    }

    private Func<HttpContext, CancellationToken, Task<Answer>>? Find(string path) => path switch
    {
        "/events" => events.RunAsync,
        "/metrics" => metrics.AnswerAsync,
        "/healthz" => static (_, _) => Task.FromResult<Answer>(new Answer.NoContent()),
        "/readyz" => (_, _) => readiness.AnswerAsync(),
        _ => null,
    };
}
