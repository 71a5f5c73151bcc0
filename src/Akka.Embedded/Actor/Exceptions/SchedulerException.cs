namespace Akka.Actor;

/// <summary>The scheduler takes no more work.</summary>
public class SchedulerException : AkkaException
{
    /// <summary>With a message and what caused it.</summary>
    public SchedulerException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
