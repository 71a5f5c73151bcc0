using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>How failures of children are decided and limited.</summary>
public abstract class SupervisorStrategy
{
    /// <summary>Stops on failures of starting, on <see cref="Kill"/> and death pacts; restarts on all others.</summary>
    public static readonly IDecider DefaultDecider = Akka.Actor.Decider.From(
        Directive.Restart,
        Directive.Stop.When<ActorInitializationException>(),
        Directive.Stop.When<ActorKilledException>(),
        Directive.Stop.When<DeathPactException>());

    /// <summary>One for one, without a limit, by <see cref="DefaultDecider"/>.</summary>
    public static readonly SupervisorStrategy DefaultStrategy = new OneForOneStrategy(DefaultDecider);

    /// <summary>Every failure stops the child.</summary>
    public static readonly SupervisorStrategy StoppingStrategy = new OneForOneStrategy(_ => Directive.Stop);

    private protected SupervisorStrategy(int? retriesMax, TimeSpan? window, IDecider decider, bool loggingEnabled)
    {
        ArgumentNullException.ThrowIfNull(decider);
        MaxNumberOfRetries = retriesMax ?? -1;
        Window = window is { } time && time != Timeout.InfiniteTimeSpan ? time : TimeSpan.Zero;
        Decider = decider;
        LoggingEnabled = loggingEnabled;
    }

    /// <summary>Decides per cause.</summary>
    public virtual IDecider Decider { get; }

    /// <summary>Whether failures are logged.</summary>
    protected virtual bool LoggingEnabled { get; }

    /// <summary>Restarts allowed inside the window, negative for no limit.</summary>
    public int MaxNumberOfRetries { get; }

    /// <summary>Length of the window in milliseconds; 0 or less when the limit is for the whole life.</summary>
    public int WithinTimeRangeMilliseconds => (int)Math.Min(int.MaxValue, Window.TotalMilliseconds);

    private protected TimeSpan Window { get; }

    /// <summary>Carries out the decision; false when it is to escalate.</summary>
    internal virtual bool HandleFailure(ActorCell parent, ChildEntry child, Exception cause)
    {
        var directive = Decider.Decide(cause);
        if (LoggingEnabled)
            Log(parent, child, cause, directive);
        switch (directive)
        {
            case Directive.Resume:
                child.Ref.SendSystemMessage(new SystemMessage.Resume(cause));
                return true;
            case Directive.Restart:
                Apply(parent, child, cause, restart: true);
                return true;
            case Directive.Stop:
                Apply(parent, child, cause, restart: false);
                return true;
            default:
                return false;
        }
    }

    private protected abstract void Apply(ActorCell parent, ChildEntry child, Exception cause, bool restart);

    private protected bool MayRestart(ActorCell parent, ChildEntry child)
        => child.MayRestart(MaxNumberOfRetries, Window, parent.SystemImpl.MonotonicNow);

    private void Log(ActorCell parent, ChildEntry child, Exception cause, Directive directive)
    {
        var message = cause is ActorInitializationException && cause.InnerException is not null
            ? cause.GetBaseException().Message
            : cause.Message;
        var source = child.Ref.Path.ToString();
        switch (directive)
        {
            case Directive.Resume:
                parent.SystemImpl.EventStream.Publish(new Warning(cause, source, GetType(), message));
                break;
            case Directive.Restart or Directive.Stop:
                parent.SystemImpl.EventStream.Publish(new Error(cause, source, GetType(), message));
                break;
        }
    }
}
