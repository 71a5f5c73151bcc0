namespace Akka.Event;

/// <summary>Logging by level. Templates are positional (<c>{0}</c>) and filled only if somebody listens.</summary>
public static partial class LoggingExtensions
{
    /// <summary>Logs at warning level.</summary>
    public static void Warning(this ILoggingAdapter log, string format) => log.Log(LogLevel.WarningLevel, null, format);

    /// <summary>Logs at warning level.</summary>
    public static void Warning<T1>(
        this ILoggingAdapter log, string format, T1 arg1)
        => log.Write(LogLevel.WarningLevel, null, format, [arg1]);

    /// <summary>Logs at warning level.</summary>
    public static void Warning<T1, T2>(
        this ILoggingAdapter log, string format, T1 arg1, T2 arg2)
        => log.Write(LogLevel.WarningLevel, null, format, [arg1, arg2]);

    /// <summary>Logs at warning level.</summary>
    public static void Warning<T1, T2, T3>(
        this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3)
        => log.Write(LogLevel.WarningLevel, null, format, [arg1, arg2, arg3]);

    /// <summary>Logs at warning level.</summary>
    public static void Warning<T1, T2, T3, T4>(
        this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
        => log.Write(LogLevel.WarningLevel, null, format, [arg1, arg2, arg3, arg4]);

    /// <summary>Logs at warning level.</summary>
    public static void Warning<T1, T2, T3, T4, T5>(
        this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)
        => log.Write(LogLevel.WarningLevel, null, format, [arg1, arg2, arg3, arg4, arg5]);

    /// <summary>Logs at warning level.</summary>
    public static void Warning<T1, T2, T3, T4, T5, T6>(
        this ILoggingAdapter log, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)
        => log.Write(LogLevel.WarningLevel, null, format, [arg1, arg2, arg3, arg4, arg5, arg6]);

    /// <summary>Logs at warning level.</summary>
    public static void Warning(this ILoggingAdapter log, string format, params object[] args)
        => log.Write(LogLevel.WarningLevel, null, format, args);

    /// <summary>Logs at warning level, with an exception.</summary>
    public static void Warning(this ILoggingAdapter log, Exception? cause, string format) => log.Log(LogLevel.WarningLevel, cause, format);

    /// <summary>Logs at warning level, with an exception.</summary>
    public static void Warning<T1>(
        this ILoggingAdapter log, Exception? cause, string format, T1 arg1)
        => log.Write(LogLevel.WarningLevel, cause, format, [arg1]);

    /// <summary>Logs at warning level, with an exception.</summary>
    public static void Warning<T1, T2>(
        this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2)
        => log.Write(LogLevel.WarningLevel, cause, format, [arg1, arg2]);

    /// <summary>Logs at warning level, with an exception.</summary>
    public static void Warning<T1, T2, T3>(
        this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3)
        => log.Write(LogLevel.WarningLevel, cause, format, [arg1, arg2, arg3]);

    /// <summary>Logs at warning level, with an exception.</summary>
    public static void Warning<T1, T2, T3, T4>(
        this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
        => log.Write(LogLevel.WarningLevel, cause, format, [arg1, arg2, arg3, arg4]);

    /// <summary>Logs at warning level, with an exception.</summary>
    public static void Warning<T1, T2, T3, T4, T5>(
        this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)
        => log.Write(LogLevel.WarningLevel, cause, format, [arg1, arg2, arg3, arg4, arg5]);

    /// <summary>Logs at warning level, with an exception.</summary>
    public static void Warning<T1, T2, T3, T4, T5, T6>(
        this ILoggingAdapter log, Exception? cause, string format, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)
        => log.Write(LogLevel.WarningLevel, cause, format, [arg1, arg2, arg3, arg4, arg5, arg6]);

    /// <summary>Logs at warning level, with an exception.</summary>
    public static void Warning(this ILoggingAdapter log, Exception? cause, string format, params object[] args)
        => log.Write(LogLevel.WarningLevel, cause, format, args);
}
