using Akka.Actor;
using Akka.Util;

namespace Akka.Event;

/// <summary>A system's bus: application events, dead letters and log events.</summary>
public class EventStream : LoggingBus
{
    private readonly ActorSystemImpl _system;
    private readonly StandardOutWriter _standardOut;
    private readonly LogLevel _configuredLevel;
    private readonly List<(Type Type, IActorRef Ref)> _loggers = [];
    private volatile bool _loggersRun;
    private IActorRef? _deadLetterListener;

    internal EventStream(ActorSystemImpl system)
    {
        _system = system;
        _configuredLevel = LevelAt("akka.loglevel", system.Settings.LogLevel);
        _standardOut = new StandardOutWriter(LevelAt("akka.stdout-loglevel", system.Settings.StdoutLogLevel));
    }

    /// <inheritdoc/>
    public override void Publish(object @event)
    {
        if (@event is LogEvent log)
        {
            log.Timestamp = _system.Execution.Time.GetUtcNow().UtcDateTime;
            if (!_loggersRun)
                _standardOut.Write(log);
        }
        base.Publish(@event);
    }

    /// <summary>Changes the level, and what the configured loggers receive.</summary>
    public override void SetLogLevel(LogLevel logLevel)
    {
        base.SetLogLevel(logLevel);
        foreach (var (_, logger) in _loggers)
            SubscribeFrom(logLevel, logger);
    }

    /// <summary>Creates the configured loggers. They subscribe here and now, so that no event is missed.</summary>
    internal void StartLoggers()
    {
        LogLevel = _configuredLevel;
        var number = 0;
        foreach (var name in _system.Settings.Loggers)
        {
            var type = TypeResolver.Resolve(name);
            var logger = _system.SystemActorOf(Props.Create(type), $"log{++number}-{type.Name}");
            _loggers.Add((type, logger));
            logger.Tell(new InitializeLogger(this), _system.IgnoreRef);
            SubscribeFrom(_configuredLevel, logger);
        }
        if (_system.Settings.LogDeadLetters > 0)
        {
            _deadLetterListener = _system.SystemActorOf<DeadLetterListener>("deadLetterListener");
            Subscribe(_deadLetterListener, typeof(DeadLetter));
        }
        if (_system.Settings.DebugUnhandledMessage)
            Subscribe(_system.SystemActorOf<UnhandledMessageForwarder>("unhandled"), typeof(UnhandledMessage));
        _loggersRun = true;
    }

    /// <summary>The configured loggers of that class.</summary>
    internal IReadOnlyList<IActorRef> LoggersOf<TLogger>()
        => [.. _loggers.Where(logger => typeof(TLogger).IsAssignableFrom(logger.Type)).Select(logger => logger.Ref)];

    /// <summary>The actors are about to stop, which leaves dead letters that are worth nothing, unless asked
    /// for.</summary>
    internal void BeforeActorsStop()
    {
        if (_deadLetterListener is not null && !_system.Settings.LogDeadLettersDuringShutdown)
            Unsubscribe(_deadLetterListener);
    }

    /// <summary>Standard output takes over while the system ends.</summary>
    internal void StopLoggers()
    {
        _loggersRun = false;
        foreach (var (_, logger) in _loggers)
            Unsubscribe(logger);
    }

    private void SubscribeFrom(LogLevel lowest, IActorRef logger)
    {
        foreach (var level in Enum.GetValues<LogLevel>())
        {
            if (level >= lowest)
                Subscribe(logger, level.ClassFor());
            else
                Unsubscribe(logger, level.ClassFor());
        }
    }

    private static LogLevel LevelAt(string key, string level)
    {
        try
        {
            return Logging.LogLevelFor(level);
        }
        catch (ArgumentException cause)
        {
            throw new ArgumentException($"{key}: {cause.Message}", cause);
        }
    }
}
