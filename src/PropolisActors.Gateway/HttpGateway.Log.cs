using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PropolisActors.Gateway;

// Bodies are never logged: a volume construction request holds an encryption key.
internal sealed partial class HttpGateway
{
    /// <summary>Reads that went well come by the thousand, and change nothing.</summary>
    private void Log(Guid requestId, HttpContext http, TimeSpan time)
    {
        var (request, status) = (http.Request, http.Response.StatusCode);
        if (HttpMethods.IsGet(request.Method) && status < StatusCodes.Status400BadRequest)
            LogRead(requestId, request.Method, request.Path, status, time.TotalMilliseconds);
        else
            LogAnswered(requestId, request.Method, request.Path, status, time.TotalMilliseconds);
    }

    [LoggerMessage(3, LogLevel.Debug, "{RequestId} {Method} {Path} answered {Status} after {Milliseconds:0.0} ms")]
    private partial void LogRead(Guid requestId, string method, PathString path, int status, double milliseconds);

    [LoggerMessage(1, LogLevel.Information, "{RequestId} {Method} {Path} answered {Status} after {Milliseconds:0.0} ms")]
    private partial void LogAnswered(Guid requestId, string method, PathString path, int status, double milliseconds);

    [LoggerMessage(2, LogLevel.Error, "{RequestId} failed by a defect")]
    private partial void LogFailed(Guid requestId, Exception error);
}
