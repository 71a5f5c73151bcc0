namespace Akka.Event;

/// <summary>Logs nothing.</summary>
public sealed class NoLogger : LoggingAdapterBase
{
    /// <summary>The only instance.</summary>
    public static readonly ILoggingAdapter Instance = new NoLogger();

    private NoLogger()
        : base(DefaultLogMessageFormatter.Instance)
    {
    }

    /// <inheritdoc/>
    public override bool IsDebugEnabled => false;

    /// <inheritdoc/>
    public override bool IsInfoEnabled => false;

    /// <inheritdoc/>
    public override bool IsWarningEnabled => false;

    /// <inheritdoc/>
    public override bool IsErrorEnabled => false;

    /// <inheritdoc/>
    protected override void NotifyLog(LogLevel logLevel, object message, Exception? cause = null)
    {
    }
}
