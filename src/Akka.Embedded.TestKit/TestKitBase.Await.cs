namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Fails unless the condition becomes true in what remains or the default time.</summary>
    public void AwaitCondition(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default)
        => AwaitCondition(conditionIsFulfilled, null, null, null, cancellationToken);

    /// <summary>Fails unless the condition becomes true in time.</summary>
    public void AwaitCondition(
        Func<bool> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default)
        => AwaitCondition(conditionIsFulfilled, max, null, null, cancellationToken);

    /// <summary>Fails unless the condition becomes true in time.</summary>
    public void AwaitCondition(
        Func<bool> conditionIsFulfilled, TimeSpan? max, string message, CancellationToken cancellationToken = default)
        => AwaitCondition(conditionIsFulfilled, max, null, message, cancellationToken);

    /// <summary>Fails unless the condition becomes true in time.</summary>
    public void AwaitCondition(
        Func<bool> conditionIsFulfilled,
        TimeSpan? max,
        TimeSpan? interval,
        string? message = null,
        CancellationToken cancellationToken = default)
        => Block(AwaitConditionAsync(
            () => Task.FromResult(conditionIsFulfilled()), max, interval, message, cancellationToken));

    /// <summary>Fails unless the condition becomes true in what remains or the default time.</summary>
    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, CancellationToken cancellationToken = default)
        => AwaitConditionAsync(conditionIsFulfilled, null, null, null, cancellationToken);

    /// <summary>Fails unless the condition becomes true in time.</summary>
    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default)
        => AwaitConditionAsync(conditionIsFulfilled, max, null, null, cancellationToken);

    /// <summary>Fails unless the condition becomes true in time.</summary>
    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled,
        TimeSpan? max,
        string message,
        CancellationToken cancellationToken = default)
        => AwaitConditionAsync(conditionIsFulfilled, max, null, message, cancellationToken);

    /// <summary>Fails unless the condition becomes true in time.</summary>
    public async Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled,
        TimeSpan? max,
        TimeSpan? interval,
        string? message = null,
        CancellationToken cancellationToken = default)
    {
        var limit = RemainingOrDilated(max);
        if (!await Poll(conditionIsFulfilled, limit, interval, cancellationToken).ConfigureAwait(false))
            _assertions.Fail("Timeout {0} expired while waiting for condition.{1}", limit, Hint(message));
    }

    /// <summary>Whether the condition becomes true in time.</summary>
    public bool AwaitConditionNoThrow(
        Func<bool> conditionIsFulfilled,
        TimeSpan max,
        TimeSpan? interval = null,
        CancellationToken cancellationToken = default)
        => Block(AwaitConditionNoThrowAsync(
            () => Task.FromResult(conditionIsFulfilled()), max, interval, cancellationToken));

    /// <summary>Whether the condition becomes true in time.</summary>
    public Task<bool> AwaitConditionNoThrowAsync(
        Func<Task<bool>> conditionIsFulfilled,
        TimeSpan max,
        TimeSpan? interval = null,
        CancellationToken cancellationToken = default)
        => Poll(conditionIsFulfilled, max, interval, cancellationToken);

    /// <summary>Repeats the assertion until it passes; when time is up its last exception surfaces.</summary>
    public void AwaitAssert(
        Action assertion,
        TimeSpan? duration = null,
        TimeSpan? interval = null,
        CancellationToken cancellationToken = default)
        => Block(AwaitAssertAsync(assertion, duration, interval, cancellationToken));

    /// <summary>Repeats the assertion until it passes; when time is up its last exception surfaces.</summary>
    public Task AwaitAssertAsync(
        Action assertion,
        TimeSpan? duration = null,
        TimeSpan? interval = null,
        CancellationToken cancellationToken = default)
        => AwaitAssertAsync(
            () =>
            {
                assertion();
                return Task.CompletedTask;
            },
            duration,
            interval,
            cancellationToken);

    /// <summary>Repeats the assertion until it passes; when time is up its last exception surfaces.</summary>
    public async Task AwaitAssertAsync(
        Func<Task> assertion,
        TimeSpan? duration = null,
        TimeSpan? interval = null,
        CancellationToken cancellationToken = default)
    {
        var stop = Now + RemainingOrDilated(duration);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await assertion().ConfigureAwait(false);
                return;
            }
            catch (Exception) when (Now < stop)
            {
                // Any failure may pass with time; the filter lets the last one through.
            }
            await Pause(stop, interval, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> Poll(
        Func<Task<bool>> condition, TimeSpan limit, TimeSpan? interval, CancellationToken token)
    {
        var stop = Now + limit;
        while (!await condition().ConfigureAwait(false))
        {
            token.ThrowIfCancellationRequested();
            if (Now >= stop)
                return false;
            await Pause(stop, interval, token).ConfigureAwait(false);
        }
        return true;
    }

    private Task Pause(TimeSpan stop, TimeSpan? interval, CancellationToken token)
    {
        var left = Later(stop - Now);
        var pause = interval ?? PollInterval;
        return Delay(pause < left ? pause : left, token);
    }

    /// <summary>Waits in the system's time: a deterministic system runs meanwhile.</summary>
    internal Task Delay(TimeSpan time, CancellationToken token) => Until(Task.Delay(time, _time, token));

    /// <summary>Runs a deterministic system until the task ends; any other system runs by itself.</summary>
    internal TTask Until<TTask>(TTask task)
        where TTask : Task
    {
        Loop?.Run(() => task.IsCompleted, TimeSpan.MaxValue);
        return task;
    }
}
