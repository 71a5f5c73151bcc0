using Akka.Actor;

namespace Akka.Persistence;

/// <summary>The journal or the snapshot store stayed silent for <c>recovery-event-timeout</c> during a
/// recovery.</summary>
public sealed class RecoveryTimedOutException : AkkaException
{
    /// <summary>Without a message.</summary>
    public RecoveryTimedOutException()
    {
    }

    /// <summary>With a message and what caused it.</summary>
    public RecoveryTimedOutException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
