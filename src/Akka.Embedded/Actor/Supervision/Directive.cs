namespace Akka.Actor;

/// <summary>What to do about a failed child.</summary>
public enum Directive
{
    /// <summary>Drop the message, keep the instance.</summary>
    Resume,

    /// <summary>Replace the instance.</summary>
    Restart,

    /// <summary>Fail oneself with the same cause.</summary>
    Escalate,

    /// <summary>Stop the child.</summary>
    Stop,
}
