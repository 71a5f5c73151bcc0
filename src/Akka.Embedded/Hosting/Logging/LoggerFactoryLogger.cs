// Forwards the log events of an actor system to Microsoft logging. The category is the logging class's full name, so
// that filters by namespace work; the actor's path is a property.

using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Akka.Hosting.Logging;

/// <summary>Added by AddLoggerFactory.</summary>
public sealed partial class LoggerFactoryLogger : ReceiveActor
{
    private readonly ILoggerFactory _factory;

    /// <summary>Finds its destination in the setup of the system.</summary>
    /// <exception cref="ConfigurationException">The system has no <see cref="LoggerFactorySetup"/>.</exception>
    public LoggerFactoryLogger()
    {
        var setup = ((ActorSystemImpl)Context.System).Setup.Get<LoggerFactorySetup>();
        if (!setup.HasValue)
            throw new ConfigurationException("The system was started without a LoggerFactorySetup; use AddLoggerFactory.");
        _factory = setup.Value.LoggerFactory;
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(Forward);
    }

    private void Forward(LogEvent e)
    {
        var logger = _factory.CreateLogger(e.LogClass.FullName ?? e.LogClass.Name);
        var level = e.LogLevel() switch
        {
            Event.LogLevel.DebugLevel => LogLevel.Debug,
            Event.LogLevel.InfoLevel => LogLevel.Information,
            Event.LogLevel.WarningLevel => LogLevel.Warning,
            _ => LogLevel.Error,
        };
        if (logger.IsEnabled(level))
            LogForwarded(logger, level, e.Cause, e.LogSource, e.Message?.ToString());
    }

    [LoggerMessage(EventId = 3, Message = "{ActorPath}: {Text}")]
    private static partial void LogForwarded(
        ILogger logger, LogLevel level, Exception? cause, string actorPath, string? text);
}
