namespace PropolisActors.Gateway.Access;

/// <summary>The service must not be started like this. The message says why and what to do; it holds no secret.</summary>
public sealed class AccessException : Exception
{
    public AccessException(string message)
        : base(message)
    {
    }

    public AccessException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
