namespace Akka.Actor;

/// <summary>An actor with one method for all messages; each counts as handled unless it calls Unhandled.</summary>
public abstract class UntypedActor : ActorBase
{
    /// <summary>The context of the actor this thread is executing.</summary>
    protected static new IUntypedActorContext Context => (IUntypedActorContext)ActorBase.Context;

    /// <summary>Runs the action; what it starts with await is waited for before the next message.</summary>
    protected void RunTask(Action action) => RunTask(() =>
    {
        action();
        return Task.CompletedTask;
    });

    /// <summary>Runs the action; no further user message is handled until the task ends.</summary>
    protected void RunTask(Func<Task> action) => Cell.RunTask(action);

    /// <inheritdoc/>
    protected sealed override bool Receive(object message)
    {
        OnReceive(message);
        return true;
    }

    /// <summary>Handles a message.</summary>
    protected abstract void OnReceive(object message);

    /// <summary>Replaces the behaviour on top of the stack, from the next message on.</summary>
    protected void Become(UntypedReceive receive) => Context.Become(receive);

    /// <summary>Pushes a behaviour.</summary>
    protected void BecomeStacked(UntypedReceive receive) => Context.BecomeStacked(receive);
}
