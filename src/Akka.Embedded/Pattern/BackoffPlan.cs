using Akka.Actor;

namespace Akka.Pattern;

/// <summary>What makes a supervisor make its child again.</summary>
internal enum BackoffCause
{
    /// <summary>A failure that is decided as a restart.</summary>
    Failure,

    /// <summary>Any end of the child.</summary>
    Stop,
}

/// <summary>Everything a <see cref="BackoffSupervisor"/> is told when it is made.</summary>
internal sealed record BackoffPlan(
    BackoffCause Cause,
    Props ChildProps,
    string ChildName,
    TimeSpan MinBackoff,
    TimeSpan MaxBackoff,
    double RandomFactor)
{
    /// <summary>How long a child has to live for the delays to begin again at the smallest; null: only when
    /// told.</summary>
    public TimeSpan? AutoReset { get; init; } = MinBackoff;

    /// <summary>Decides about failures; its number of retries is the limit.</summary>
    public SupervisorStrategy Strategy { get; init; } = SupervisorStrategy.DefaultStrategy;

    /// <summary>Answer to whatever comes while there is no child; null: a dead letter.</summary>
    public object? ReplyWhileStopped { get; init; }

    /// <summary>Tells the message after which the end of the child is the end of the supervisor.</summary>
    public Func<object, bool>? IsFinalStopMessage { get; init; }

    /// <summary>Whether the child may be made again for the <paramref name="count"/>th time in a row.</summary>
    public bool AllowsRestart(int count)
        => Strategy is not OneForOneStrategy { MaxNumberOfRetries: >= 0 and var limit } || count <= limit;

    /// <summary>The delay before the child is made again.</summary>
    /// <param name="count">How often it has been made again in a row.</param>
    /// <param name="random">Between 0 and 1.</param>
    public TimeSpan DelayAfter(int count, double random)
    {
        var ticks = Math.Min(MaxBackoff.Ticks, MinBackoff.Ticks * Math.Pow(2, count)) * (1 + (random * RandomFactor));
        return ticks >= long.MaxValue ? MaxBackoff : TimeSpan.FromTicks((long)ticks);
    }

    /// <summary>The Props of the supervisor.</summary>
    public Props ToProps() => Props.Create(() => new BackoffSupervisor(this));
}
