using System.Net;

namespace PropolisActors.Cli.Client;

/// <summary>The service answered with an error. The message is one line: status, reason and code.</summary>
/// <param name="request">What was refused.</param>
/// <param name="status">400 or more, or a success that the request does not have.</param>
/// <param name="errorCode">The answer's <c>error_code</c>; null when there was none.</param>
/// <param name="text">The answer's <c>message</c>, or what was there instead of an error body.</param>
/// <param name="body">The answer as it came.</param>
/// <param name="retryAfter">When to ask again, if the service says so.</param>
public sealed class ApiRefusedException(
    ApiRequest request, HttpStatusCode status, string? errorCode, string text, string body, TimeSpan? retryAfter)
    : Exception(Line(request, status, errorCode, text))
{
    public ApiRequest Request { get; } = request;

    public HttpStatusCode Status { get; } = status;

    public string? ErrorCode { get; } = errorCode;

    public string Text { get; } = text;

    public string Body { get; } = body;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    private static string Line(ApiRequest request, HttpStatusCode status, string? errorCode, string text) =>
        errorCode is null || string.Equals(errorCode, text, StringComparison.Ordinal)
            ? $"{request} was refused with {(int)status}: {text}"
            : $"{request} was refused with {(int)status}: {text} ({errorCode})";
}
