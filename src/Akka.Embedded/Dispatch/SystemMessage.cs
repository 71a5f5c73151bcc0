using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>What the machinery tells an actor. Overtakes user messages, is never stashed and never lost.</summary>
internal abstract class SystemMessage
{
    /// <summary>Link of the queue the message is in; a message is sent to one actor only.</summary>
    internal SystemMessage? Next;

    /// <summary>Run the constructor and PreStart.</summary>
    internal sealed class Create : SystemMessage;

    /// <summary>Process no user message until resumed or restarted.</summary>
    internal sealed class Suspend : SystemMessage;

    /// <summary>Undo one suspension; with a cause, forget the failure too.</summary>
    internal sealed class Resume(Exception? cause) : SystemMessage
    {
        public Exception? Cause { get; } = cause;
    }

    /// <summary>Replace the instance.</summary>
    internal sealed class Recreate(Exception cause) : SystemMessage
    {
        public Exception Cause { get; } = cause;
    }

    /// <summary>Stop.</summary>
    internal sealed class Terminate : SystemMessage;

    /// <summary>A child failed and waits for a decision.</summary>
    internal sealed class Failed(IActorRef child, Exception cause) : SystemMessage
    {
        public IActorRef Child { get; } = child;
        public Exception Cause { get; } = cause;
    }

    /// <summary>Tell the watcher when this actor stops.</summary>
    internal sealed class Watch(IInternalActorRef watcher) : SystemMessage
    {
        public IInternalActorRef Watcher { get; } = watcher;
    }

    /// <summary>Withdraws <see cref="Watch"/>.</summary>
    internal sealed class Unwatch(IInternalActorRef watcher) : SystemMessage
    {
        public IInternalActorRef Watcher { get; } = watcher;
    }

    /// <summary>A watched actor, or a child, has stopped.</summary>
    /// <remarks>A guardian's child hands its watchers over, so that its name is free again before they hear of it.</remarks>
    internal sealed class Died(IActorRef actor, bool existed, IInternalActorRef[]? watchers = null) : SystemMessage
    {
        public IActorRef Actor { get; } = actor;
        public bool Existed { get; } = existed;
        public IInternalActorRef[]? Watchers { get; } = watchers;
    }

    /// <summary>Run a continuation of an asynchronous handler.</summary>
    internal sealed class Continue(Task task) : SystemMessage
    {
        public Task Task { get; } = task;
    }

    /// <summary>An asynchronous handler has ended.</summary>
    internal sealed class HandlerEnded(Task task) : SystemMessage
    {
        public Task Task { get; } = task;
    }
}
