using System.Net;
using System.Net.Mime;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;

namespace PropolisActors.Cli.Client;

/// <summary>Speaks the VM service's HTTP API, version 5. Knows no request in particular.</summary>
public sealed class ApiClient : IDisposable
{
    /// <summary>The header that every request carries.</summary>
    public const string VersionHeader = "api-version";

    public const string Version = "5.0.0";

    /// <summary>How long an answer may take, unless the request is one that waits.</summary>
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(15);

    private readonly HttpClient _http;

    public ApiClient(ApiTarget target)
    {
        Target = target;
        _http = new HttpClient(target.Access.Handler(AnswerLimit))
        {
            BaseAddress = target.Server,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.Add(VersionHeader, Version);
        if (target.Access.Authorization is { } authorization)
            _http.DefaultRequestHeaders.Add("Authorization", authorization);
    }

    public ApiTarget Target { get; }

    /// <summary>Sends one request and brings its answer.</summary>
    /// <exception cref="ApiRefusedException">The service said no.</exception>
    /// <exception cref="ApiUnreachableException">No answer.</exception>
    public async Task<ApiAnswer> SendAsync(ApiRequest request, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        if (!request.MayWait)
            limit.CancelAfter(AnswerLimit);
        try
        {
            using var message = new HttpRequestMessage(request.Method, request.IsOfService ? request.Path : Target.PathOf(request.Path));
            if (request.Body is { } json)
                message.Content = new StringContent(json, Encoding.UTF8, MediaTypeNames.Application.Json);
            using var response = await _http.SendAsync(message, limit.Token);
            var body = await response.Content.ReadAsStringAsync(limit.Token);
            return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.NoContent
                ? new ApiAnswer(request, response.StatusCode, body)
                : throw Refusal(request, response, body);
        }
        catch (HttpRequestException e)
        {
            // What is wrong with a certificate stands one level down.
            var why = (e.InnerException as AuthenticationException)?.Message ?? e.Message;
            throw new ApiUnreachableException($"no answer from {Target.Server.Authority}: {why.TrimEnd('.')}.", e);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new ApiUnreachableException(
                $"no answer from {Target.Server.Authority} within {AnswerLimit.TotalSeconds:0} s.", e);
        }
    }

    public void Dispose() => _http.Dispose();

    private static ApiRefusedException Refusal(ApiRequest request, HttpResponseMessage response, string body)
    {
        var (code, text) = Decode(body) ?? (null, response.ReasonPhrase ?? "no error body");
        return new ApiRefusedException(
            request, response.StatusCode, code, text, body, response.Headers.RetryAfter?.Delta);
    }

    private static (string? Code, string Text)? Decode(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "message") is not { } text)
                return null;
            return (Text(root, "error_code"), text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
