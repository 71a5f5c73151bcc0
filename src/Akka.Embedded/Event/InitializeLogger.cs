using Akka.Actor;

namespace Akka.Event;

/// <summary>A logger's first message; answered by <see cref="LoggerInitialized"/>.</summary>
public class InitializeLogger : INoSerializationVerificationNeeded
{
    /// <summary>For the bus it shall listen to.</summary>
    public InitializeLogger(LoggingBus loggingBus) => LoggingBus = loggingBus;

    /// <summary>The bus.</summary>
    public LoggingBus LoggingBus { get; }
}
