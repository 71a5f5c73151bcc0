using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Stopping an actor and waiting for it.</summary>
public static class GracefulStopSupport
{
    /// <summary>Stops by <see cref="PoisonPill"/>.</summary>
    /// <returns>True once the target has stopped, also if it already had; false when time ran out.</returns>
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout)
        => target.GracefulStop(timeout, PoisonPill.Instance);

    /// <summary>As above, by a message that makes the target stop itself.</summary>
    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        if (target is not IInternalActorRef actor)
            return true;
        using var watcher = new TerminationWatcher(actor);
        target.Tell(stopMessage, ActorRefs.NoSender);
        return await watcher.Wait(timeout, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>True when the target terminates, false when cancelled first.</summary>
    public static async Task<bool> WatchAsync(this IActorRef target, CancellationToken token = default)
    {
        if (target is not IInternalActorRef actor)
            return true;
        using var watcher = new TerminationWatcher(actor);
        return await watcher.Wait(Timeout.InfiniteTimeSpan, token).ConfigureAwait(false);
    }

    /// <summary>A reference that hears of one actor's end.</summary>
    private sealed class TerminationWatcher : ActorRefBase, IDisposable
    {
        private readonly TaskCompletionSource _ended;
        private readonly IInternalActorRef _target;

        public TerminationWatcher(IInternalActorRef target)
            : base(new ChildActorPath(target.System.TempRef.Path, "watch", target.System.NextUid()))
        {
            _target = target;
            // A deterministic system runs the continuations itself, in a step of their own.
            _ended = new(target.System.Observer is null
                ? TaskCreationOptions.RunContinuationsAsynchronously
                : TaskCreationOptions.None);
            target.SendSystemMessage(new SystemMessage.Watch(this));
        }

        public override ActorSystemImpl System => _target.System;

        public override void Tell(object message, IActorRef? sender)
        {
        }

        public override void SendSystemMessage(SystemMessage message)
        {
            if (message is SystemMessage.Died)
                System.Execution.Complete("end", () => _ended.TrySetResult());
            else
                base.SendSystemMessage(message);
        }

        public async Task<bool> Wait(TimeSpan timeout, CancellationToken token)
        {
            try
            {
                await _ended.Task.WaitAsync(timeout, System.Execution.Time, token).ConfigureAwait(false);
                return true;
            }
            catch (Exception cause) when (cause is TimeoutException or OperationCanceledException)
            {
                return false;
            }
        }

        public void Dispose() => _target.SendSystemMessage(new SystemMessage.Unwatch(this));
    }
}
