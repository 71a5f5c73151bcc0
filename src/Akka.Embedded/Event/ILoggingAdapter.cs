namespace Akka.Event;

/// <summary>Logs to the event stream, asynchronously. The methods one uses are in <see cref="LoggingExtensions"/>.</summary>
public interface ILoggingAdapter
{
    /// <summary>Fills templates.</summary>
    ILogMessageFormatter Formatter { get; }

    /// <summary>Whether debug events are published.</summary>
    bool IsDebugEnabled { get; }

    /// <summary>Whether info events are published.</summary>
    bool IsInfoEnabled { get; }

    /// <summary>Whether warnings are published.</summary>
    bool IsWarningEnabled { get; }

    /// <summary>Whether errors are published.</summary>
    bool IsErrorEnabled { get; }

    /// <summary>Whether events of that level are published.</summary>
    bool IsEnabled(LogLevel logLevel);

    /// <summary>Logs a template, with an exception or null.</summary>
    void Log(LogLevel logLevel, Exception? cause, LogMessage message);

    /// <summary>Logs a text, with an exception or null.</summary>
    void Log(LogLevel logLevel, Exception? cause, string format);
}
