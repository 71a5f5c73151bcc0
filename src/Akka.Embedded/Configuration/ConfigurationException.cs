using Akka.Actor;

namespace Akka.Configuration;

/// <summary>A configuration that cannot be read, or a value that is not what its reader needs.</summary>
public class ConfigurationException : AkkaException
{
    public ConfigurationException()
    {
    }

    public ConfigurationException(string? message)
        : base(message)
    {
    }

    public ConfigurationException(string? message, Exception? exception)
        : base(message, exception)
    {
    }
}
