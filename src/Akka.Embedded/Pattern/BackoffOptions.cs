using Akka.Actor;

namespace Akka.Pattern;

/// <summary>How a <see cref="BackoffSupervisor"/> is to behave. Immutable; made by <see cref="Backoff"/>.</summary>
public sealed class BackoffOptions
{
    private readonly BackoffPlan _plan;

    internal BackoffOptions(BackoffPlan plan) => _plan = plan;

    /// <summary>The Props of the supervisor.</summary>
    /// <exception cref="ArgumentException">The delays or the factor are out of range.</exception>
    internal Props Props
    {
        get
        {
            if (_plan.MinBackoff <= TimeSpan.Zero)
                throw new ArgumentException("MinBackoff must be greater than 0");
            if (_plan.MaxBackoff < _plan.MinBackoff)
                throw new ArgumentException("MaxBackoff must be greater than MinBackoff");
            if (_plan.RandomFactor is < 0 or > 1)
                throw new ArgumentException("RandomFactor must be between 0.0 and 1.0");
            return _plan.ToProps();
        }
    }

    /// <summary>The delays begin again at the smallest when a child has lived that long since it was made
    /// again.</summary>
    public BackoffOptions WithAutoReset(TimeSpan resetBackoff) => new(_plan with { AutoReset = resetBackoff });

    /// <summary>The delays begin again only by <see cref="BackoffSupervisor.Reset"/>.</summary>
    public BackoffOptions WithManualReset() => new(_plan with { AutoReset = null });

    /// <summary>Decides about failures of the child; its limit of retries takes the place of the one given
    /// before.</summary>
    public BackoffOptions WithSupervisorStrategy(OneForOneStrategy supervisorStrategy)
    {
        ArgumentNullException.ThrowIfNull(supervisorStrategy);
        return new(_plan with { Strategy = supervisorStrategy });
    }

    /// <summary>Every failure stops the child.</summary>
    public BackoffOptions WithDefaultStoppingStrategy() => new(_plan with
    {
        Strategy = new OneForOneStrategy(
            _plan.Strategy.MaxNumberOfRetries, null, SupervisorStrategy.StoppingStrategy.Decider),
    });

    /// <summary>Whatever comes while there is no child is answered by this, instead of becoming a dead
    /// letter.</summary>
    public BackoffOptions WithReplyWhileStopped(object replyWhileStopped)
        => new(_plan with { ReplyWhileStopped = replyWhileStopped });

    /// <summary>How often the child is made again before the supervisor stops; negative for no limit.</summary>
    public BackoffOptions WithMaxNrOfRetries(int maxNrOfRetries) => new(_plan with
    {
        Strategy = ((OneForOneStrategy)_plan.Strategy).WithMaxNrOfRetries(maxNrOfRetries),
    });

    /// <summary>After a message for which this is true, the end of the child is the end of the supervisor; when there
    /// is no child, at once.</summary>
    public BackoffOptions WithFinalStopMessage(Func<object, bool> isFinalStopMessage)
        => new(_plan with { IsFinalStopMessage = isFinalStopMessage });
}
