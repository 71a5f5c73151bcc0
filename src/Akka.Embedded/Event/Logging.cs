using Akka.Actor;

namespace Akka.Event;

/// <summary>Makes logs, and names levels.</summary>
public static class Logging
{
    private const LogLevel OffLevel = (LogLevel)int.MaxValue;

    /// <summary>A log whose source is the actor's path.</summary>
    public static ILoggingAdapter GetLogger(this IActorContext context)
    {
        var cell = (ActorCell)context;
        return new BusLogging(
            cell.System.EventStream, cell.Self.Path.ToString(), cell.Props.Type, DefaultLogMessageFormatter.Instance);
    }

    /// <summary>A log whose source is the given object: its path for an actor, itself for a text, else its type.</summary>
    public static ILoggingAdapter GetLogger(
        ActorSystem system, object logSourceObj, ILogMessageFormatter? logMessageFormatter = null)
        => GetLogger(system.EventStream, Name(logSourceObj, system), TypeOf(logSourceObj), logMessageFormatter);

    /// <summary>As above, on any bus.</summary>
    public static ILoggingAdapter GetLogger(
        LoggingBus loggingBus, object logSourceObj, ILogMessageFormatter? logMessageFormatter = null)
        => GetLogger(loggingBus, Name(logSourceObj, null), TypeOf(logSourceObj), logMessageFormatter);

    /// <summary>The level of that name: DEBUG, INFO, WARNING, ERROR or OFF, in any case.</summary>
    /// <exception cref="ArgumentException">No level has that name.</exception>
    public static LogLevel LogLevelFor(string logLevel) => logLevel.ToUpperInvariant() switch
    {
        "DEBUG" => LogLevel.DebugLevel,
        "INFO" => LogLevel.InfoLevel,
        "WARNING" => LogLevel.WarningLevel,
        "ERROR" => LogLevel.ErrorLevel,
        "OFF" => OffLevel,
        _ => throw new ArgumentException($"Unknown LogLevel: \"{logLevel}\". Valid are DEBUG, INFO, WARNING, ERROR, OFF."),
    };

    /// <summary>The class of events of that level.</summary>
    public static Type ClassFor(this LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => typeof(Debug),
        LogLevel.InfoLevel => typeof(Info),
        LogLevel.WarningLevel => typeof(Warning),
        LogLevel.ErrorLevel => typeof(Error),
        _ => throw new ArgumentException("Unknown LogLevel", nameof(logLevel)),
    };

    internal static string PrettyName(this LogLevel level) => level switch
    {
        LogLevel.DebugLevel => "DEBUG",
        LogLevel.InfoLevel => "INFO",
        LogLevel.WarningLevel => "WARNING",
        _ => "ERROR",
    };

    private static BusLogging GetLogger(LoggingBus bus, string source, Type type, ILogMessageFormatter? formatter)
        => new(bus, source, type, formatter ?? DefaultLogMessageFormatter.Instance);

    private static string Name(object source, ActorSystem? system) => source switch
    {
        IActorContext context => context.Self.Path.ToString(),
        IActorRef actor => actor.Path.ToString(),
        string text => system is null ? text : $"{text}({system})",
        Type type => system is null ? type.ToString() : $"{type}({system})",
        _ => system is null ? source.GetType().ToString() : $"{source.GetType()}({system})",
    };

    private static Type TypeOf(object source) => source switch
    {
        IActorContext context => context.Props.Type,
        Type type => type,
        _ => source.GetType(),
    };
}
