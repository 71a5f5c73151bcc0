namespace Akka.Actor;

/// <summary>Turns the outcome of a task into a message.</summary>
/// <remarks>A failed or cancelled task tells <see cref="Status.Failure"/> unless <c>failure</c> maps it. A task without a
/// result tells nothing on success unless <c>success</c> makes a message.</remarks>
public static class PipeToSupport
{
    private static readonly object Nothing = new();

    /// <summary>Tells the task's result.</summary>
    public static Task PipeTo<T>(
        this Task<T> taskToPipe,
        ICanTell recipient,
        IActorRef? sender = null,
        Func<T, object>? success = null,
        Func<Exception, object>? failure = null)
        => PipeTo(taskToPipe, recipient, useConfigureAwait: false, sender, success, failure);

    /// <summary>Tells the task's result.</summary>
    public static Task PipeTo<T>(
        this Task<T> taskToPipe,
        ICanTell recipient,
        bool useConfigureAwait,
        IActorRef? sender = null,
        Func<T, object>? success = null,
        Func<Exception, object>? failure = null)
    {
        ArgumentNullException.ThrowIfNull(taskToPipe);
        return Pipe(
            taskToPipe,
            recipient,
            useConfigureAwait,
            sender,
            ended => ((Task<T>)ended).GetAwaiter().GetResult() is var result && success is not null ? success(result) : result,
            failure);
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
    public static Task PipeTo(
        this Task taskToPipe,
        ICanTell recipient,
        bool useConfigureAwait,
        IActorRef? sender = null,
        Func<object>? success = null,
        Func<Exception, object>? failure = null)
    {
        ArgumentNullException.ThrowIfNull(taskToPipe);
        return Pipe(
            taskToPipe,
            recipient,
            useConfigureAwait,
            sender,
            ended =>
            {
                ended.GetAwaiter().GetResult();
                return success?.Invoke() ?? Nothing;
            },
            failure);
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

    private static Task Pipe(
        Task task,
        ICanTell recipient,
        bool useConfigureAwait,
        IActorRef? sender,
        Func<Task, object?> success,
        Func<Exception, object>? failure)
    {
        if (!task.IsCompleted && Futures.SystemOf(recipient)?.Execution.Deliveries is { } deliveries)
        {
            // Telling the result is a step of its own there, whoever ends the task and in whatever order.
            return task.ContinueWith(
                ended => Deliver(ended, recipient, sender, success, failure),
                CancellationToken.None,
                TaskContinuationOptions.None,
                deliveries);
        }
        return DeliverLater(task, recipient, useConfigureAwait, sender, success, failure);
    }

    private static async Task DeliverLater(
        Task task,
        ICanTell recipient,
        bool useConfigureAwait,
        IActorRef? sender,
        Func<Task, object?> success,
        Func<Exception, object>? failure)
    {
        await task.ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing
            | (useConfigureAwait ? ConfigureAwaitOptions.ContinueOnCapturedContext : ConfigureAwaitOptions.None));
        Deliver(task, recipient, sender, success, failure);
    }

    private static void Deliver(
        Task ended,
        ICanTell recipient,
        IActorRef? sender,
        Func<Task, object?> success,
        Func<Exception, object>? failure)
    {
        object? message;
        try
        {
            message = success(ended);
            if (ReferenceEquals(message, Nothing))
                return;
            recipient.Tell(message!, sender!);
        }
        catch (Exception cause)
        {
            // The outermost edge of the piped work: whatever it threw is the message.
            recipient.Tell(failure is null ? new Status.Failure(cause) : failure(cause), sender!);
        }
    }
}
