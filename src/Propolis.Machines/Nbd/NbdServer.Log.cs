using Microsoft.Extensions.Logging;

namespace Propolis.Machines.Nbd;

public sealed partial class NbdServer
{
    [LoggerMessage(3201, LogLevel.Information, "An NBD client of {Export} has gone: {Reason}")]
    private static partial void LogEnded(ILogger log, string export, string reason);

    [LoggerMessage(3202, LogLevel.Warning, "{Count} NBD clients are connected; one more was refused")]
    private static partial void LogTooMany(ILogger log, int count);

    [LoggerMessage(3203, LogLevel.Warning, "Accepting an NBD connection failed")]
    private static partial void LogAcceptFailed(ILogger log, Exception cause);
}
