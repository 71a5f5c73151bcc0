using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Applies filters by telling them to the system's test listeners.</summary>
internal sealed class EventFilterApplier(TestKitBase testkit, IReadOnlyList<LogEventFilter> filters) : IEventFilterApplier
{
    // Generous: reaching it is a hang of the listener, not slowness.
    private static readonly TimeSpan ListenerLimit = TimeSpan.FromSeconds(30);

    public EventFilterFactory And => new(testkit, filters);

    public void ExpectOne(Action action, CancellationToken cancellationToken = default)
        => Run(1, null, Wrap(action), cancellationToken).GetAwaiter().GetResult();

    public T ExpectOne<T>(Func<T> func, CancellationToken cancellationToken = default)
        => Run(1, null, () => Task.FromResult(func()), cancellationToken).GetAwaiter().GetResult();

    public Task ExpectOneAsync(Action action, CancellationToken cancellationToken = default)
        => Run(1, null, Wrap(action), cancellationToken);

    public Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default)
        => Run(1, null, Wrap(actionAsync), cancellationToken);

    public Task<T> ExpectOneAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default)
        => Run(1, null, func, cancellationToken);

    public void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default)
        => Run(1, timeout, Wrap(action), cancellationToken).GetAwaiter().GetResult();

    public T ExpectOne<T>(TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default)
        => Run(1, timeout, () => Task.FromResult(func()), cancellationToken).GetAwaiter().GetResult();

    public Task ExpectOneAsync(TimeSpan timeout, Action action, CancellationToken cancellationToken = default)
        => Run(1, timeout, Wrap(action), cancellationToken);

    public Task ExpectOneAsync(TimeSpan timeout, Func<Task> actionAsync, CancellationToken cancellationToken = default)
        => Run(1, timeout, Wrap(actionAsync), cancellationToken);

    public Task<T> ExpectOneAsync<T>(TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default)
        => Run(1, timeout, func, cancellationToken);

    public void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default)
        => Run(expectedCount, null, Wrap(action), cancellationToken).GetAwaiter().GetResult();

    public T Expect<T>(int expectedCount, Func<T> func, CancellationToken cancellationToken = default)
        => Run(expectedCount, null, () => Task.FromResult(func()), cancellationToken).GetAwaiter().GetResult();

    public Task ExpectAsync(int expectedCount, Action action, CancellationToken cancellationToken = default)
        => Run(expectedCount, null, Wrap(action), cancellationToken);

    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default)
        => Run(expectedCount, null, Wrap(actionAsync), cancellationToken);

    public Task<T> ExpectAsync<T>(int expectedCount, Func<Task<T>> func, CancellationToken cancellationToken = default)
        => Run(expectedCount, null, func, cancellationToken);

    public void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default)
        => Run(expectedCount, timeout, Wrap(action), cancellationToken).GetAwaiter().GetResult();

    public T Expect<T>(int expectedCount, TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default)
        => Run(expectedCount, timeout, () => Task.FromResult(func()), cancellationToken).GetAwaiter().GetResult();

    public Task ExpectAsync(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default)
        => Run(expectedCount, timeout, Wrap(action), cancellationToken);

    public Task ExpectAsync(int expectedCount, TimeSpan timeout, Func<Task> actionAsync, CancellationToken cancellationToken = default)
        => Run(expectedCount, timeout, Wrap(actionAsync), cancellationToken);

    public Task<T> ExpectAsync<T>(int expectedCount, TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default)
        => Run(expectedCount, timeout, func, cancellationToken);

    public void Mute(Action action, CancellationToken cancellationToken = default)
        => Mute<object?>(() =>
        {
            action();
            return null;
        });

    public T Mute<T>(Func<T> func, CancellationToken cancellationToken = default)
    {
        using (Mute(cancellationToken))
            return func();
    }

    public IUnmutableFilter Mute(CancellationToken cancellationToken = default) => new Muted(Listeners(), filters);

    private static Func<Task<object?>> Wrap(Action action) => () =>
    {
        action();
        return Task.FromResult<object?>(null);
    };

    private static Func<Task<object?>> Wrap(Func<Task> action) => async () =>
    {
        await action().ConfigureAwait(false);
        return null;
    };

    private IReadOnlyList<IActorRef> Listeners()
        => ((ActorSystemImpl)testkit.Sys).EventStream.LoggersOf<TestEventListener>();

    private async Task<T> Run<T>(int expected, TimeSpan? timeout, Func<Task<T>> action, CancellationToken token)
    {
        var listeners = Listeners();
        if (listeners.Count == 0)
            throw new InvalidOperationException("Event filters need Akka.TestKit.TestEventListener in akka.loggers.");
        var limit = testkit.Dilated(timeout ?? testkit.TestKitSettings.TestEventFilterLeeway);
        // One more than expected none is one too many, so that is what is waited for.
        var counter = new EventCounter(Math.Max(1, expected));
        foreach (var filter in filters)
            filter.CountWith(counter);
        using var muted = new Muted(listeners, filters);
        var result = await action().ConfigureAwait(false);
        if (testkit.Loop is { } loop)
            loop.Run(() => counter.IsReached, loop.Elapsed + limit);
        else
            await Task.WhenAny(counter.Reached, Task.Delay(limit, testkit.Time, token)).ConfigureAwait(false);
        token.ThrowIfCancellationRequested();
        await Settle(listeners).ConfigureAwait(false);
        if (counter.Count != expected)
        {
            testkit.Assertions.Fail(
                "Expected {0} events that match [{1}] within {2}, received {3}.",
                expected,
                string.Join(" or ", filters),
                limit,
                counter.Count);
        }
        return result;
    }

    /// <summary>Waits until the listeners have handled what they already had, which may hold an event too
    /// many.</summary>
    /// <remarks>The limit of the filter is about the events; a listener that is only slow has not failed.</remarks>
    private Task Settle(IReadOnlyList<IActorRef> listeners) => testkit.Until(
        Task.WhenAll(listeners.Select(listener => listener.Ask<ActorIdentity>(new Identify(0), ListenerLimit))));

    private sealed class Muted : IUnmutableFilter
    {
        private readonly IReadOnlyList<IActorRef> _listeners;
        private readonly IReadOnlyList<LogEventFilter> _filters;

        public Muted(IReadOnlyList<IActorRef> listeners, IReadOnlyList<LogEventFilter> filters)
        {
            _listeners = listeners;
            _filters = filters;
            foreach (var listener in listeners)
                listener.Tell(new TestEventListener.Mute(filters), ActorRefs.NoSender);
        }

        public void Unmute()
        {
            foreach (var listener in _listeners)
                listener.Tell(new TestEventListener.Unmute(_filters), ActorRefs.NoSender);
        }

        public void Dispose() => Unmute();
    }
}
