namespace Akka.Event;

/// <summary>A template and its arguments, formatted when somebody reads it.</summary>
public abstract class LogMessage
{
    private readonly ILogMessageFormatter _formatter;

    /// <summary>A template to be filled by the formatter.</summary>
    protected LogMessage(ILogMessageFormatter formatter, string format)
    {
        _formatter = formatter;
        Format = format;
    }

    /// <summary>The template.</summary>
    public string Format { get; }

    /// <summary>The arguments.</summary>
    public abstract IEnumerable<object> Parameters();

    /// <summary>The arguments, without formatting them.</summary>
    public abstract string Unformatted();

    /// <inheritdoc/>
    public override string ToString() => _formatter.Format(Format, Parameters());
}
