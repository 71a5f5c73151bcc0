namespace Akka.Actor;

/// <summary>Takes messages out of their envelopes.</summary>
public static class WrappedMessage
{
    /// <summary>The innermost message: the argument itself when it is not wrapped.</summary>
    public static object Unwrap(object message)
    {
        while (message is IWrappedMessage wrapped)
            message = wrapped.Message;
        return message;
    }
}
