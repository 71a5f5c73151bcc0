namespace Akka.Event;

/// <summary>Puts arguments into a template.</summary>
public interface ILogMessageFormatter
{
    /// <summary>The text for positional arguments.</summary>
    string Format(string format, params object[] args);

    /// <summary>The text for arguments of any number.</summary>
    string Format(string format, IEnumerable<object> args);
}
