namespace Akka.Event;

/// <summary>Logging by level. Templates are positional (<c>{0}</c>) and filled only if somebody listens.</summary>
public static partial class LoggingExtensions
{
    private static void Write(
        this ILoggingAdapter log, LogLevel level, Exception? cause, string format, object?[] arguments)
    {
        if (log.IsEnabled(level))
            log.Log(level, cause, new ArgumentLogMessage(log.Formatter, format, arguments));
    }
}
