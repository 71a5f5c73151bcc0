namespace Akka.Event;

/// <summary>How serious a log event is.</summary>
public enum LogLevel
{
    /// <summary>For finding faults.</summary>
    DebugLevel,

    /// <summary>Worth knowing.</summary>
    InfoLevel,

    /// <summary>Perhaps wrong.</summary>
    WarningLevel,

    /// <summary>Wrong.</summary>
    ErrorLevel,
}
