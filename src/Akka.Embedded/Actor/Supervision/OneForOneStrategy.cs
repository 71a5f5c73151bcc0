using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Applies the directive to the failed child only.</summary>
public class OneForOneStrategy : SupervisorStrategy
{
    /// <summary>Without a limit, by the default decider.</summary>
    public OneForOneStrategy()
        : this(DefaultDecider)
    {
    }

    /// <summary>With a limit per window; null or negative for none.</summary>
    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries, withinTimeRange, Akka.Actor.Decider.From(localOnlyDecider))
    {
    }

    /// <summary>With a limit per window; null or negative for none.</summary>
    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, IDecider decider)
        : base(maxNrOfRetries, withinTimeRange, decider, loggingEnabled: true)
    {
    }

    /// <summary>With a limit per window in milliseconds; negative for none.</summary>
    public OneForOneStrategy(
        int maxNrOfRetries,
        int withinTimeMilliseconds,
        Func<Exception, Directive> localOnlyDecider,
        bool loggingEnabled = true)
        : this(maxNrOfRetries, withinTimeMilliseconds, Akka.Actor.Decider.From(localOnlyDecider), loggingEnabled)
    {
    }

    /// <summary>With a limit per window in milliseconds; negative for none.</summary>
    public OneForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, IDecider decider, bool loggingEnabled = true)
        : base(maxNrOfRetries, TimeSpan.FromMilliseconds(withinTimeMilliseconds), decider, loggingEnabled)
    {
    }

    /// <summary>Without a limit.</summary>
    public OneForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(localOnlyDecider, loggingEnabled: true)
    {
    }

    /// <summary>Without a limit.</summary>
    public OneForOneStrategy(Func<Exception, Directive> localOnlyDecider, bool loggingEnabled)
        : base(-1, null, Akka.Actor.Decider.From(localOnlyDecider), loggingEnabled)
    {
    }

    /// <summary>Without a limit.</summary>
    public OneForOneStrategy(IDecider decider)
        : base(-1, null, decider, loggingEnabled: true)
    {
    }

    /// <summary>The same with another limit; negative for none.</summary>
    public OneForOneStrategy WithMaxNrOfRetries(int maxNrOfRetries)
        => new(maxNrOfRetries, WithinTimeRangeMilliseconds, Decider, LoggingEnabled);

    private protected override void Apply(ActorCell parent, ChildEntry child, Exception cause, bool restart)
    {
        if (restart && MayRestart(parent, child))
            child.Ref.SendSystemMessage(new SystemMessage.Recreate(cause));
        else
            parent.Stop(child.Ref);
    }
}
