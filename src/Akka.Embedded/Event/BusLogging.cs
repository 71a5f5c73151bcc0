namespace Akka.Event;

/// <summary>Publishes log events on an event stream.</summary>
/// <remarks>Goes by the level the bus had when this was made; a later change of level concerns later adapters.</remarks>
public sealed class BusLogging : LoggingAdapterBase
{
    private readonly LoggingBus _bus;
    private readonly string _logSource;
    private readonly Type _logClass;
    private readonly LogLevel _level;

    /// <summary>Logs as the given source and class.</summary>
    public BusLogging(LoggingBus bus, string logSource, Type logClass, ILogMessageFormatter logMessageFormatter)
        : base(logMessageFormatter)
    {
        _bus = bus;
        _logSource = logSource;
        _logClass = logClass;
        _level = bus.LogLevel;
    }

    /// <inheritdoc/>
    public override bool IsDebugEnabled => _level <= LogLevel.DebugLevel;

    /// <inheritdoc/>
    public override bool IsInfoEnabled => _level <= LogLevel.InfoLevel;

    /// <inheritdoc/>
    public override bool IsWarningEnabled => _level <= LogLevel.WarningLevel;

    /// <inheritdoc/>
    public override bool IsErrorEnabled => _level <= LogLevel.ErrorLevel;

    /// <inheritdoc/>
    protected override void NotifyLog(LogLevel logLevel, object message, Exception? cause = null)
        => _bus.Publish(logLevel switch
        {
            LogLevel.DebugLevel => new Debug(cause, _logSource, _logClass, message),
            LogLevel.InfoLevel => new Info(cause, _logSource, _logClass, message),
            LogLevel.WarningLevel => new Warning(cause, _logSource, _logClass, message),
            _ => new Error(cause, _logSource, _logClass, message),
        });
}
