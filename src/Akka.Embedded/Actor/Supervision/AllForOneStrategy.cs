using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Restarts or stops all children together; Resume and Escalate concern the failed one only.</summary>
public class AllForOneStrategy : SupervisorStrategy
{
    /// <summary>Without a limit, by the default decider.</summary>
    public AllForOneStrategy()
        : this(DefaultDecider)
    {
    }

    /// <summary>With a limit per window; null or negative for none.</summary>
    public AllForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries, withinTimeRange, Akka.Actor.Decider.From(localOnlyDecider))
    {
    }

    /// <summary>With a limit per window; null or negative for none.</summary>
    public AllForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, IDecider decider)
        : base(maxNrOfRetries, withinTimeRange, decider, loggingEnabled: true)
    {
    }

    /// <summary>With a limit per window in milliseconds; negative for none.</summary>
    public AllForOneStrategy(
        int maxNrOfRetries,
        int withinTimeMilliseconds,
        Func<Exception, Directive> localOnlyDecider,
        bool loggingEnabled = true)
        : this(maxNrOfRetries, withinTimeMilliseconds, Akka.Actor.Decider.From(localOnlyDecider), loggingEnabled)
    {
    }

    /// <summary>With a limit per window in milliseconds; negative for none.</summary>
    public AllForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, IDecider decider, bool loggingEnabled = true)
        : base(maxNrOfRetries, TimeSpan.FromMilliseconds(withinTimeMilliseconds), decider, loggingEnabled)
    {
    }

    /// <summary>Without a limit.</summary>
    public AllForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(localOnlyDecider, loggingEnabled: true)
    {
    }

    /// <summary>Without a limit.</summary>
    public AllForOneStrategy(Func<Exception, Directive> localOnlyDecider, bool loggingEnabled)
        : base(-1, null, Akka.Actor.Decider.From(localOnlyDecider), loggingEnabled)
    {
    }

    /// <summary>Without a limit.</summary>
    public AllForOneStrategy(IDecider decider)
        : base(-1, null, decider, loggingEnabled: true)
    {
    }

    private protected override void Apply(ActorCell parent, ChildEntry child, Exception cause, bool restart)
    {
        var children = parent.Children.Entries();
        // Every child is counted, also after the first refusal, so that their limits stay in step.
        if (restart && children.Count(each => MayRestart(parent, each)) == children.Count)
        {
            foreach (var sibling in children.Where(each => each != child))
                sibling.Ref.SendSystemMessage(new SystemMessage.Suspend());
            foreach (var each in children)
                each.Ref.SendSystemMessage(new SystemMessage.Recreate(cause));
            return;
        }
        foreach (var each in children)
            parent.Stop(each.Ref);
    }
}
