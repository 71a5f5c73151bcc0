using Akka.Actor;

namespace Akka.Pattern;

/// <summary>Makes options for a <see cref="BackoffSupervisor"/>.</summary>
public static class Backoff
{
    /// <inheritdoc cref="OnFailure(Props, string, TimeSpan, TimeSpan, double, int)"/>
    [Obsolete("Use the overloaded one which accepts maxNrOfRetries instead.")]
    public static BackoffOptions OnFailure(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor)
        => OnFailure(childProps, childName, minBackoff, maxBackoff, randomFactor, -1);

    /// <summary>For a child that is to be made again when it fails and the strategy says restart. If the child stops
    /// for any other cause, so does the supervisor.</summary>
    /// <param name="childProps">Of the child.</param>
    /// <param name="childName">Of the child, below the supervisor.</param>
    /// <param name="minBackoff">Delay before the first time; it doubles every time after.</param>
    /// <param name="maxBackoff">Where the doubling ends.</param>
    /// <param name="randomFactor">Part of the delay that may be added to it at random, 0 to 1.</param>
    /// <param name="maxNrOfRetries">How often the child is made again before the supervisor stops; -1 for no
    /// limit.</param>
    public static BackoffOptions OnFailure(
        Props childProps,
        string childName,
        TimeSpan minBackoff,
        TimeSpan maxBackoff,
        double randomFactor,
        int maxNrOfRetries)
        => new BackoffOptions(new BackoffPlan(
            BackoffCause.Failure, childProps, childName, minBackoff, maxBackoff, randomFactor))
            .WithMaxNrOfRetries(maxNrOfRetries);

    /// <inheritdoc cref="OnStop(Props, string, TimeSpan, TimeSpan, double, int)"/>
    [Obsolete("Use the overloaded one which accepts maxNrOfRetries instead.")]
    public static BackoffOptions OnStop(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor)
        => OnStop(childProps, childName, minBackoff, maxBackoff, randomFactor, -1);

    /// <summary>For a child that is to be made again whenever it stops, for any cause. A restart that the strategy
    /// decides is an ordinary one, at once.</summary>
    /// <inheritdoc cref="OnFailure(Props, string, TimeSpan, TimeSpan, double, int)" path="/param"/>
    public static BackoffOptions OnStop(
        Props childProps,
        string childName,
        TimeSpan minBackoff,
        TimeSpan maxBackoff,
        double randomFactor,
        int maxNrOfRetries)
        => new BackoffOptions(new BackoffPlan(
            BackoffCause.Stop, childProps, childName, minBackoff, maxBackoff, randomFactor))
            .WithMaxNrOfRetries(maxNrOfRetries);
}
