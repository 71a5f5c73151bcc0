namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    private TimeSpan? _end;

    /// <summary>What is left of the innermost <c>Within</c>.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public TimeSpan Remaining => _end is { } end
        ? Later(end - Now)
        : throw new InvalidOperationException(@"Remaining may not be called outside of ""within""");

    /// <summary>What is left of the innermost <c>Within</c>, else the dilated default.</summary>
    public TimeSpan RemainingOrDefault => RemainingOr(Dilated(TestKitSettings.SingleExpectDefault));

    /// <summary>What is left of the innermost <c>Within</c>, else the given time.</summary>
    public TimeSpan RemainingOr(TimeSpan duration) => _end is null ? duration : Remaining;

    /// <summary>The given time dilated; when null, what remains or the default.</summary>
    public TimeSpan RemainingOrDilated(TimeSpan? duration) => duration switch
    {
        null => RemainingOrDefault,
        { } infinite when infinite == Timeout.InfiniteTimeSpan
            => throw new ArgumentException("max duration cannot be infinite", nameof(duration)),
        { } given => Dilated(given),
    };

    /// <summary>The time multiplied by <c>akka.test.timefactor</c>.</summary>
    public TimeSpan Dilated(TimeSpan duration)
        => duration == Timeout.InfiniteTimeSpan ? duration : duration * TestKitSettings.TestTimeFactor;

    /// <summary>Fails unless the action ends in time; expectations in it default to what remains.</summary>
    public void Within(
        TimeSpan max, Action action, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default)
        => Within(TimeSpan.Zero, max, action, null, epsilonValue, cancellationToken);

    /// <summary>As above; fails also if the action ends before the minimum.</summary>
    public void Within(
        TimeSpan min,
        TimeSpan max,
        Action action,
        string? hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default)
    {
        var block = Enter(min, max);
        try
        {
            action();
        }
        finally
        {
            Leave(block);
        }
        Check(block, hint, epsilonValue);
    }

    /// <summary>As above, with a result.</summary>
    public T Within<T>(
        TimeSpan max, Func<T> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default)
        => Within(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    /// <summary>As above, with a result.</summary>
    public T Within<T>(
        TimeSpan min,
        TimeSpan max,
        Func<T> function,
        string? hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default)
    {
        T result = default!;
        Within(min, max, () => { result = function(); }, hint, epsilonValue, cancellationToken);
        return result;
    }

    /// <summary>As above, asynchronously.</summary>
    public Task WithinAsync(
        TimeSpan max,
        Func<Task> actionAsync,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default)
        => WithinAsync(TimeSpan.Zero, max, actionAsync, null, epsilonValue, cancellationToken);

    /// <summary>As above, asynchronously.</summary>
    public async Task WithinAsync(
        TimeSpan min,
        TimeSpan max,
        Func<Task> actionAsync,
        string? hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default)
    {
        var block = Enter(min, max);
        try
        {
            await actionAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Leave(block);
        }
        Check(block, hint, epsilonValue);
    }

    /// <summary>As above, with a result.</summary>
    public Task<T> WithinAsync<T>(
        TimeSpan max,
        Func<Task<T>> function,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default)
        => WithinAsync(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    /// <summary>As above, with a result.</summary>
    public async Task<T> WithinAsync<T>(
        TimeSpan min,
        TimeSpan max,
        Func<Task<T>> function,
        string? hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default)
    {
        T result = default!;
        await WithinAsync(
            min,
            max,
            async () => { result = await function().ConfigureAwait(false); },
            hint,
            epsilonValue,
            cancellationToken).ConfigureAwait(false);
        return result;
    }

    private WithinBlock Enter(TimeSpan min, TimeSpan max)
    {
        if (max < min)
            throw new ArgumentException($"The minimum {min} is after the maximum {max}.", nameof(min));
        var start = Now;
        var outer = _end;
        var limit = Dilated(max);
        // A block inside another ends no later than that.
        if (outer is { } end && end - start < limit)
            limit = Later(end - start);
        if (limit < min)
            _assertions.Fail("Required min time {0} not possible, only {1} left.", min, limit);
        _end = start + limit;
        return new WithinBlock(start, min, limit, outer);
    }

    private void Leave(WithinBlock block) => _end = block.OuterEnd;

    private void Check(WithinBlock block, string? hint, TimeSpan? epsilon)
    {
        var took = Now - block.Start;
        if (took < block.Min)
            _assertions.Fail("Block took {0}, should have at least been {1}{2}", took, block.Min, Hint(hint));
        if (took > block.Max + (epsilon ?? TimeSpan.Zero))
            _assertions.Fail("Block took {0}, exceeding {1}{2}", took, block.Max, Hint(hint));
    }

    private sealed record WithinBlock(TimeSpan Start, TimeSpan Min, TimeSpan Max, TimeSpan? OuterEnd);
}
