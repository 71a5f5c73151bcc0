namespace Akka.Event;

/// <summary>A template with its arguments in an array.</summary>
internal sealed class ArgumentLogMessage(ILogMessageFormatter formatter, string format, object?[] arguments)
    : LogMessage(formatter, format)
{
    public override IEnumerable<object> Parameters() => arguments!;

    public override string Unformatted() => string.Join(", ", arguments);
}
