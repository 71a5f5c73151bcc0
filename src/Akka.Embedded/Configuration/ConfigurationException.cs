using Akka.Actor;

namespace Akka.Configuration;

/// <summary>A configuration that cannot be read, or a value that is not what its reader needs.</summary>
public class ConfigurationException : AkkaException
{
    /// <summary>With what is wrong.</summary>
    public ConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>With what is wrong and what caused it.</summary>
    public ConfigurationException(string message, Exception? exception)
        : base(message, exception)
    {
    }
}
