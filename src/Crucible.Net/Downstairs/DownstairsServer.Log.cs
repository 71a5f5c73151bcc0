using System.Net;
using Crucible.Core.Downstairs;
using Crucible.Net.Connections;
using Crucible.Wire;
using Microsoft.Extensions.Logging;

namespace Crucible.Net.Downstairs;

public sealed partial class DownstairsServer
{
    [LoggerMessage(3001, LogLevel.Information,
        "Region {Region} is served on {EndPoint}, repairs on {Repair}, read-only {ReadOnly}")]
    private static partial void LogStarted(
        ILogger log, RegionId region, IPEndPoint endPoint, IPEndPoint repair, bool readOnly);

    [LoggerMessage(3002, LogLevel.Information, "Region {Region} is no longer served")]
    private static partial void LogStopped(ILogger log, RegionId region);

    [LoggerMessage(3003, LogLevel.Debug, "{Connection} of region {Region} comes from {Peer}")]
    private static partial void LogAccepted(ILogger log, RegionId region, ConnectionNumber connection, EndPoint? peer);

    [LoggerMessage(3004, LogLevel.Warning, "Region {Region} has {Count} connections; one more was refused")]
    private static partial void LogTooMany(ILogger log, RegionId region, int count);

    [LoggerMessage(3005, LogLevel.Information, "{Connection} of region {Region} ended: {Reason}. {Text}")]
    private static partial void LogEnded(
        ILogger log, RegionId region, ConnectionNumber connection, CloseReason reason, string text);

    [LoggerMessage(3006, LogLevel.Warning, "{Connection} of region {Region} is closed: {Cause}")]
    private static partial void LogClosing(
        ILogger log, RegionId region, ConnectionNumber connection, DownstairsCloseCause cause);

    [LoggerMessage(3007, LogLevel.Information,
        "{Connection} of region {Region} is active: upstairs {Upstairs}, {Generation}")]
    private static partial void LogPromoted(
        ILogger log, RegionId region, ConnectionNumber connection, UpstairsId upstairs, Generation generation);

    [LoggerMessage(3008, LogLevel.Warning, "Storage work on region {Region} failed: {Error}")]
    private static partial void LogWorkFailed(ILogger log, RegionId region, string error);

    [LoggerMessage(3009, LogLevel.Critical, "The disk server of region {Region} met a fault of its own and stops")]
    private static partial void LogBroken(ILogger log, Exception cause, RegionId region);

    [LoggerMessage(3010, LogLevel.Warning, "Accepting a connection for region {Region} failed")]
    private static partial void LogAcceptFailed(ILogger log, Exception cause, RegionId region);

    [LoggerMessage(3011, LogLevel.Information,
        "Region {Region}: {Open} connections, {Active} active, {Jobs} jobs waiting, poison {Poison}")]
    private static partial void LogWorkAsked(
        ILogger log, RegionId region, int open, int active, int jobs, string? poison);

    [LoggerMessage(3012, LogLevel.Warning, "{Connection} of region {Region} got no further than TLS: {Fault}. {Text}")]
    private static partial void LogHandshakeFailed(
        ILogger log, RegionId region, ConnectionNumber connection, TlsFault fault, string text);
}
