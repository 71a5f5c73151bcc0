using Akka.Event;

namespace Akka.Actor;

/// <summary>The base of every actor. Its members are valid on the actor's own turn only.</summary>
public abstract class ActorBase
{
    private readonly ActorCell _cell;
    private bool _cleared;

    /// <summary>Runs inside the actor system only.</summary>
    /// <exception cref="ActorInitializationException">Called with <c>new</c> outside of it.</exception>
    protected ActorBase() => _cell = ActorCell.Adopt(this);

    /// <summary>The context of the actor this thread is executing.</summary>
    /// <exception cref="NotSupportedException">The thread is executing none.</exception>
    protected static IActorContext Context => ActorCell.Current ?? throw new NotSupportedException(
        "There is no active ActorContext, this is most likely due to use of async operations from within this actor.");

    /// <summary>This actor; the dead letters reference once the instance has been replaced or has stopped.</summary>
    protected IActorRef Self => _cleared ? _cell.SystemImpl.DeadLetters : _cell.Self;

    /// <summary>Sender of the current message; the dead letters reference when there was none.</summary>
    protected IActorRef Sender => _cell.Sender;

    private protected ActorCell Cell => _cell;

    internal Receive ReceiveInternal => Receive;

    /// <summary>The cell has let go of this instance: what it still tells in its own name comes from nobody.</summary>
    internal void Clear() => _cleared = true;

    internal SupervisorStrategy SupervisorStrategyInternal() => SupervisorStrategy();

    /// <summary>Handles a message with the given behaviour. An override sees every message first.</summary>
    protected internal virtual bool AroundReceive(Receive receive, object message)
    {
        var handled = receive(message);
        if (!handled)
            Unhandled(message);
        return handled;
    }

    /// <summary>Wraps <see cref="PreStart"/>.</summary>
    public virtual void AroundPreStart() => PreStart();

    /// <summary>Wraps <see cref="PostStop"/>.</summary>
    public virtual void AroundPostStop() => PostStop();

    /// <summary>Wraps <see cref="PreRestart"/>.</summary>
    public virtual void AroundPreRestart(Exception cause, object message) => PreRestart(cause, message);

    /// <summary>Wraps <see cref="PostRestart"/>.</summary>
    public virtual void AroundPostRestart(Exception cause, object message) => PostRestart(cause);

    internal void AroundPostRestart(Exception cause) => AroundPostRestart(cause, null!);

    /// <summary>The behaviour; false leaves the message to <see cref="Unhandled"/>.</summary>
    protected abstract bool Receive(object message);

    /// <summary>Publishes <see cref="UnhandledMessage"/>; an unhandled <see cref="Terminated"/> throws.</summary>
    /// <exception cref="DeathPactException">The message is <see cref="Terminated"/>.</exception>
    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated)
            throw new DeathPactException(terminated.ActorRef);
        _cell.System.EventStream.Publish(new UnhandledMessage(message, Sender, Self));
    }

    /// <summary>Runs after the constructor of the first instance.</summary>
    protected virtual void PreStart()
    {
    }

    /// <summary>Runs on the failed instance: unwatches and stops all children, then <see cref="PostStop"/>.</summary>
    /// <param name="reason">What it failed with.</param>
    /// <param name="message">What it was handling, null if it failed otherwise.</param>
    protected virtual void PreRestart(Exception reason, object message)
    {
        foreach (var child in _cell.GetChildren())
        {
            _cell.Unwatch(child);
            _cell.Stop(child);
        }
        PostStop();
    }

    /// <summary>Runs on the new instance after a restart: <see cref="PreStart"/>.</summary>
    protected virtual void PostRestart(Exception reason) => PreStart();

    /// <summary>Runs when all children have stopped.</summary>
    protected virtual void PostStop()
    {
    }

    /// <summary>Decides for the direct children. Asked once per instance.</summary>
    protected virtual SupervisorStrategy SupervisorStrategy()
        => _cell.Props.SupervisorStrategy ?? Actor.SupervisorStrategy.DefaultStrategy;

    /// <summary>Replaces the behaviour on top of the stack, from the next message on.</summary>
    protected void Become(Receive receive) => _cell.Become(receive);

    /// <summary>Pushes a behaviour.</summary>
    protected void BecomeStacked(Receive receive) => _cell.BecomeStacked(receive);

    /// <summary>Pops a behaviour; the first one stays.</summary>
    protected void UnbecomeStacked() => _cell.UnbecomeStacked();

    /// <summary>Turns idle notices on or, with null, off.</summary>
    protected void SetReceiveTimeout(TimeSpan? timeout) => _cell.SetReceiveTimeout(timeout);
}
