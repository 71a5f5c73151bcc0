using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PropolisActors.Gateway;

// Bodies are never logged: a volume construction request holds an encryption key.
internal sealed partial class HttpGateway
{
    [LoggerMessage(1, LogLevel.Information, "{RequestId} {Method} {Path} answered {Status} after {Milliseconds:0.0} ms")]
    private partial void LogAnswered(Guid requestId, string method, PathString path, int status, double milliseconds);

    [LoggerMessage(2, LogLevel.Error, "{RequestId} failed by a defect")]
    private partial void LogFailed(Guid requestId, Exception error);
}
