namespace Akka.Actor;

/// <summary>Asking: a message whose first answer completes a task.</summary>
/// <remarks>A <see cref="Status.Failure"/> faults the task with its cause, an answer of another type with
/// <see cref="ArgumentException"/>, no answer in time with <see cref="AskTimeoutException"/>. A dead target is not noticed
/// any sooner. Without a limit <c>akka.actor.ask-timeout</c> applies.</remarks>
public static class Futures
{
    /// <summary>Asks, waiting for the given time.</summary>
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null)
        => self.Ask<object>(message, timeout, CancellationToken.None);

    /// <summary>Asks, waiting until cancelled.</summary>
    public static Task<object> Ask(this ICanTell self, object message, CancellationToken cancellationToken)
        => self.Ask<object>(message, null, cancellationToken);

    /// <summary>Asks, waiting for the given time or until cancelled.</summary>
    public static Task<object> Ask(
        this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken)
        => self.Ask<object>(message, timeout, cancellationToken);

    /// <summary>Asks for an answer of a type, waiting for the given time.</summary>
    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null)
        => self.Ask<T>(message, timeout, CancellationToken.None);

    /// <summary>Asks for an answer of a type, waiting until cancelled.</summary>
    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken)
        => self.Ask<T>(message, null, cancellationToken);

    /// <summary>Asks for an answer of a type, waiting for the given time or until cancelled.</summary>
    public static Task<T> Ask<T>(
        this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken)
        => Ask<T>(self, message, null, timeout, cancellationToken);

    /// <summary>Asks with a message that is told the reply address.</summary>
    public static Task<T> Ask<T>(
        this ICanTell self,
        Func<IActorRef, object> messageFactory,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
        => Ask<T>(self, null, messageFactory, timeout, cancellationToken);

    /// <summary>The system a target belongs to; null for references of no system.</summary>
    internal static ActorSystemImpl? SystemOf(ICanTell target) => target switch
    {
        IInternalActorRef actor => actor.System,
        ActorSelection { Anchor: IInternalActorRef anchor } => anchor.System,
        _ => null,
    };

    private static Task<T> Ask<T>(
        ICanTell self,
        object? given,
        Func<IActorRef, object>? messageFactory,
        TimeSpan? timeout,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(self);
        var system = SystemOf(self)
            ?? throw new NotSupportedException("Unable to resolve the target Provider: nobody can not be asked.");
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        var limit = timeout ?? system.Settings.AskTimeout;
        var promise = new PromiseActorRef<T>(system);
        var message = messageFactory is null ? given! : messageFactory(promise);
        system.Promises.Add(promise);
        if (limit != Timeout.InfiniteTimeSpan || cancellationToken.CanBeCanceled)
            promise.Limit(limit, self, message, cancellationToken);
        self.Tell(message, promise);
        return promise.Answer;
    }
}
