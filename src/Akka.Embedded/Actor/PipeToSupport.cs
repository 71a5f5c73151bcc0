namespace Akka.Actor;

/// <summary>Turns the outcome of a task into a message.</summary>
/// <remarks>A failed or cancelled task tells <see cref="Status.Failure"/> unless <c>failure</c> maps it. A task without a
/// result tells nothing on success unless <c>success</c> makes a message.</remarks>
public static class PipeToSupport
{
    /// <summary>Tells the task's result.</summary>
    public static Task PipeTo<T>(
        this Task<T> taskToPipe,
        ICanTell recipient,
        IActorRef? sender = null,
        Func<T, object>? success = null,
        Func<Exception, object>? failure = null)
        => PipeTo(taskToPipe, recipient, useConfigureAwait: false, sender, success, failure);

    /// <summary>Tells the task's result.</summary>
    public static async Task PipeTo<T>(
        this Task<T> taskToPipe,
        ICanTell recipient,
        bool useConfigureAwait,
        IActorRef? sender = null,
        Func<T, object>? success = null,
        Func<Exception, object>? failure = null)
    {
        var from = sender ?? ActorRefs.NoSender;
        try
        {
            var result = await taskToPipe.ConfigureAwait(useConfigureAwait);
            recipient.Tell(success is null ? result! : success(result), from);
        }
        catch (Exception cause)
        {
            // The outermost edge of the piped work: whatever it threw is the message.
            recipient.Tell(failure is null ? new Status.Failure(cause) : failure(cause), from);
        }
    }

    /// <summary>Tells that the task has ended.</summary>
    public static Task PipeTo(
        this Task taskToPipe,
        ICanTell recipient,
        IActorRef? sender = null,
        Func<object>? success = null,
        Func<Exception, object>? failure = null)
        => PipeTo(taskToPipe, recipient, useConfigureAwait: false, sender, success, failure);

    /// <summary>Tells that the task has ended.</summary>
    public static async Task PipeTo(
        this Task taskToPipe,
        ICanTell recipient,
        bool useConfigureAwait,
        IActorRef? sender = null,
        Func<object>? success = null,
        Func<Exception, object>? failure = null)
    {
        var from = sender ?? ActorRefs.NoSender;
        try
        {
            await taskToPipe.ConfigureAwait(useConfigureAwait);
            if (success is not null)
                recipient.Tell(success(), from);
        }
        catch (Exception cause)
        {
            // The outermost edge of the piped work: whatever it threw is the message.
            recipient.Tell(failure is null ? new Status.Failure(cause) : failure(cause), from);
        }
    }

    /// <summary>Tells the task's result.</summary>
    public static Task PipeTo<T>(
        this ValueTask<T> taskToPipe,
        ICanTell recipient,
        IActorRef? sender = null,
        Func<T, object>? success = null,
        Func<Exception, object>? failure = null)
        => PipeTo(taskToPipe.AsTask(), recipient, useConfigureAwait: false, sender, success, failure);

    /// <summary>Tells the task's result.</summary>
    public static Task PipeTo<T>(
        this ValueTask<T> taskToPipe,
        ICanTell recipient,
        bool useConfigureAwait,
        IActorRef? sender = null,
        Func<T, object>? success = null,
        Func<Exception, object>? failure = null)
        => PipeTo(taskToPipe.AsTask(), recipient, useConfigureAwait, sender, success, failure);

    /// <summary>Tells that the task has ended.</summary>
    public static Task PipeTo(
        this ValueTask taskToPipe,
        ICanTell recipient,
        IActorRef? sender = null,
        Func<object>? success = null,
        Func<Exception, object>? failure = null)
        => PipeTo(taskToPipe.AsTask(), recipient, useConfigureAwait: false, sender, success, failure);

    /// <summary>Tells that the task has ended.</summary>
    public static Task PipeTo(
        this ValueTask taskToPipe,
        ICanTell recipient,
        bool useConfigureAwait,
        IActorRef? sender = null,
        Func<object>? success = null,
        Func<Exception, object>? failure = null)
        => PipeTo(taskToPipe.AsTask(), recipient, useConfigureAwait, sender, success, failure);
}
