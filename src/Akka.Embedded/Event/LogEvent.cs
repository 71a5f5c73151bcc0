using System.Globalization;
using Akka.Actor;

namespace Akka.Event;

/// <summary>One thing to log, published on the event stream.</summary>
public abstract class LogEvent : INoSerializationVerificationNeeded
{
    private protected LogEvent(Exception? cause, string logSource, Type logClass, object message)
    {
        Cause = cause!;
        LogSource = logSource;
        LogClass = logClass;
        Message = message;
        Timestamp = TimeProvider.System.GetUtcNow().UtcDateTime;
        Thread = Thread.CurrentThread;
    }

    /// <summary>The exception, or null.</summary>
    public Exception Cause { get; }

    /// <summary>When it was logged, UTC.</summary>
    public DateTime Timestamp { get; internal set; }

    /// <summary>The thread it was logged on.</summary>
    public Thread Thread { get; }

    /// <summary>Who logged: the actor's path, for example.</summary>
    public string LogSource { get; }

    /// <summary>The class that logged.</summary>
    public Type LogClass { get; }

    /// <summary>What was logged: a text, or a template with arguments that formats itself by ToString.</summary>
    public object Message { get; }

    /// <summary>How serious it is.</summary>
    public abstract LogLevel LogLevel();

    /// <inheritdoc/>
    public override string ToString()
    {
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"[{LogLevel().PrettyName()}][{Timestamp:MM/dd/yyyy HH:mm:ss.fff}Z][Thread {Thread.ManagedThreadId:0000}]");
        return Cause is null
            ? $"{head}[{LogSource}] {Message}"
            : $"{head}[{LogSource}] {Message}{Environment.NewLine}Cause: {Cause}";
    }
}
