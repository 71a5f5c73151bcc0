using Akka.Configuration;
using Akka.Configuration.Hocon;
using Akka.Hosting.Logging;
using LogLevel = Akka.Event.LogLevel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Propolis.Hocon;

namespace Akka.Hosting;

/// <summary>How an actor system logs. Starts with the console logger and the levels of the configuration.</summary>
public sealed class LoggerConfigBuilder
{
    private readonly List<string> _loggers = [DefaultLoggerName];
    private bool _loggersChanged;
    private bool _forwards;
    private ILoggerFactory? _factory;

    // The name under which the reference configuration lists the console logger.
    private const string DefaultLoggerName = "Akka.Event.DefaultLogger";

    /// <summary>Events below it are dropped; null leaves it to the configuration.</summary>
    public LogLevel? LogLevel { get; set; }

    /// <summary>Logs the whole configuration when the system starts.</summary>
    public bool? LogConfigOnStart { get; set; }

    /// <summary>Which dead letters are logged.</summary>
    public DeadLetterOptions? DeadLetterOptions { get; set; }

    /// <summary>What the system tells about its own doings, at debug level.</summary>
    public DebugOptions? DebugOptions { get; set; }

    /// <summary>Removes every logger, the console one too.</summary>
    public LoggerConfigBuilder ClearLoggers()
    {
        _loggers.Clear();
        _forwards = false;
        _loggersChanged = true;
        return this;
    }

    /// <summary>Adds a logger: an actor that answers InitializeLogger and takes log events.</summary>
    public LoggerConfigBuilder AddLogger<T>()
        where T : Actor.ActorBase => Add(typeof(T).AssemblyQualifiedName!);

    /// <summary>Adds the console logger.</summary>
    public LoggerConfigBuilder AddDefaultLogger() => Add(DefaultLoggerName);

    /// <summary>Forwards to Microsoft logging, and so to whatever is behind it.</summary>
    /// <param name="loggerFactory">Where to; the container's factory when null.</param>
    public LoggerConfigBuilder AddLoggerFactory(ILoggerFactory? loggerFactory = null)
    {
        _forwards = true;
        _factory = loggerFactory;
        return AddLogger<LoggerFactoryLogger>();
    }

    internal LoggerFactorySetup? LoggerFactorySetup(IServiceProvider provider) => _forwards
        ? new LoggerFactorySetup(_factory ?? provider.GetRequiredService<ILoggerFactory>())
        : null;

    internal Config ToConfig()
    {
        var fields = new List<KeyValuePair<string, HoconValue>>();
        if (LogLevel is { } level)
            fields.Add(new("loglevel", HoconValue.OfText(NameOf(level))));
        if (LogConfigOnStart is { } on)
            fields.Add(new("log-config-on-start", HoconValue.OfText(on ? "on" : "off")));
        if (_loggersChanged)
            fields.Add(new("loggers", HoconValue.OfItems(_loggers.ConvertAll(HoconValue.OfText))));
        DeadLetterOptions?.AddTo(fields);
        DebugOptions?.AddTo(fields);
        return fields.Count == 0
            ? ConfigurationFactory.Empty
            : new Config(new HoconRoot(HoconValue.OfFields([new("akka", HoconValue.OfFields(fields))])));
    }

    private static string NameOf(LogLevel level) => level switch
    {
        Event.LogLevel.DebugLevel => "DEBUG",
        Event.LogLevel.InfoLevel => "INFO",
        Event.LogLevel.WarningLevel => "WARNING",
        Event.LogLevel.ErrorLevel => "ERROR",
        _ => throw new ConfigurationException($"{level} is not a log level"),
    };

    private LoggerConfigBuilder Add(string logger)
    {
        _loggersChanged = true;
        if (!_loggers.Contains(logger))
            _loggers.Add(logger);
        return this;
    }
}
