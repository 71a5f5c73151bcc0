using Akka.Actor;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>The next message is a T.</summary>
    public T ExpectMsg<T>(
        TimeSpan? duration = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Block(ExpectMsgAsync<T>(duration, hint, cancellationToken));

    /// <summary>The next message is a T.</summary>
    public ValueTask<T> ExpectMsgAsync<T>(
        TimeSpan? duration = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Expect<T>(duration, hint, null, cancellationToken);

    /// <summary>The next message equals the given one.</summary>
    public T ExpectMsg<T>(
        T message,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Block(ExpectMsgAsync(message, timeout, hint, cancellationToken));

    /// <summary>The next message equals the given one.</summary>
    public ValueTask<T> ExpectMsgAsync<T>(
        T message,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Expect<T>(
            timeout,
            hint,
            (actual, _) => _assertions.AssertEqual(message, actual, "Expected message {0}, got {1}{2}", message!, actual!, Hint(hint)),
            cancellationToken);

    /// <summary>The next message is a T for which the predicate holds.</summary>
    public T ExpectMsg<T>(
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Block(ExpectMsgAsync(isMessage, timeout, hint, cancellationToken));

    /// <summary>The next message is a T for which the predicate holds.</summary>
    public ValueTask<T> ExpectMsgAsync<T>(
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Expect<T>(
            timeout,
            hint,
            (actual, _) => _assertions.AssertTrue(
                isMessage(actual), "Got a message of the expected type <{0}>. Also expected the predicate to return true, but the message {{{1}}} of type <{2}> did not match{3}", typeof(T), actual!, actual!.GetType(), Hint(hint)),
            cancellationToken);

    /// <summary>The next message is a T that passes the assertions.</summary>
    public T ExpectMsg<T>(
        Action<T> assert,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Block(ExpectMsgAsync(assert, timeout, hint, cancellationToken));

    /// <summary>The next message is a T that passes the assertions.</summary>
    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T> assert,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Expect<T>(timeout, hint, (actual, _) => assert(actual), cancellationToken);

    /// <summary>The next message is a T, and it and its sender fit.</summary>
    public T ExpectMsg<T>(
        Func<T, IActorRef, bool> isMessageAndSender,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Block(ExpectMsgAsync(isMessageAndSender, timeout, hint, cancellationToken));

    /// <summary>The next message is a T, and it and its sender fit.</summary>
    public ValueTask<T> ExpectMsgAsync<T>(
        Func<T, IActorRef, bool> isMessageAndSender,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Expect<T>(
            timeout,
            hint,
            (actual, sender) => _assertions.AssertTrue(
                isMessageAndSender(actual, sender), "Got a message of the expected type <{0}>. Also expected the predicate to return true, but the message {{{1}}} from {2} did not match{3}", typeof(T), actual!, sender, Hint(hint)),
            cancellationToken);

    /// <summary>The next message is a T, and it and its sender pass the assertions.</summary>
    public T ExpectMsg<T>(
        Action<T, IActorRef> assertMessageAndSender,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Block(ExpectMsgAsync(assertMessageAndSender, timeout, hint, cancellationToken));

    /// <summary>The next message is a T, and it and its sender pass the assertions.</summary>
    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T, IActorRef> assertMessageAndSender,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Expect<T>(timeout, hint, assertMessageAndSender, cancellationToken);

    /// <summary>The next message equals the given one by the comparer.</summary>
    public T ExpectMsg<T>(
        T expected,
        Func<T, T, bool> comparer,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Block(ExpectMsgAsync(expected, comparer, timeout, hint, cancellationToken));

    /// <summary>The next message equals the given one by the comparer.</summary>
    public ValueTask<T> ExpectMsgAsync<T>(
        T expected,
        Func<T, T, bool> comparer,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Expect<T>(
            timeout,
            hint,
            (actual, _) => _assertions.AssertTrue(
                comparer(expected, actual), "Expected message {0}, got {1}{2}", expected!, actual!, Hint(hint)),
            cancellationToken);

    /// <summary>The next message says that the target, which must be watched, has stopped.</summary>
    public Terminated ExpectTerminated(
        IActorRef target,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Block(ExpectTerminatedAsync(target, timeout, hint, cancellationToken));

    /// <summary>The next message says that the target, which must be watched, has stopped.</summary>
    public ValueTask<Terminated> ExpectTerminatedAsync(
        IActorRef target,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Expect<Terminated>(
            timeout,
            hint,
            (actual, _) => _assertions.AssertEqual(target, actual.ActorRef, "Expected {0} to terminate, but {1} did{2}", target, actual.ActorRef, Hint(hint)),
            cancellationToken);

    /// <summary>The next message is one of these.</summary>
    public T ExpectMsgAnyOf<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default)
        => Block(ExpectMsgAnyOfAsync(messages, cancellationToken));

    /// <summary>The next message is one of these.</summary>
    public ValueTask<T> ExpectMsgAnyOfAsync<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default)
    {
        var allowed = messages.ToArray();
        return Expect<T>(
            null,
            null,
            (actual, _) => _assertions.AssertTrue(
                allowed.Contains(actual), "Expected one of [{0}], got {1}", string.Join(", ", allowed), actual!),
            cancellationToken);
    }

    /// <summary>The next messages are these in any order.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(
        IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default)
        => Block(ExpectAll(RemainingOrDefault, messages, cancellationToken));

    /// <summary>The next messages are these in any order, in the given time.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default)
        => Block(ExpectAll(Dilated(max), messages, cancellationToken));

    /// <summary>The next messages are these in any order.</summary>
    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(
        IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default)
        => Spread(ExpectAll(RemainingOrDefault, messages, cancellationToken));

    /// <summary>The next messages are these in any order, in the given time.</summary>
    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default)
        => Spread(ExpectAll(Dilated(max), messages, cancellationToken));

    /// <summary>No message comes in what remains or the default time; waits that long.</summary>
    public void ExpectNoMsg(CancellationToken cancellationToken = default)
        => Block(ExpectNoMsgAsync(cancellationToken));

    /// <summary>No message comes in the given time; waits that long.</summary>
    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default)
        => Block(ExpectNoMsgAsync(duration, cancellationToken));

    /// <summary>No message comes for so many milliseconds; waits that long.</summary>
    public void ExpectNoMsg(int milliseconds, CancellationToken cancellationToken = default)
        => Block(ExpectNoMsgAsync(milliseconds, cancellationToken));

    /// <summary>No message comes in what remains or the default time; waits that long.</summary>
    public ValueTask ExpectNoMsgAsync(CancellationToken cancellationToken = default)
        => ExpectNothing(RemainingOrDefault, cancellationToken);

    /// <summary>No message comes in the given time; waits that long.</summary>
    public ValueTask ExpectNoMsgAsync(TimeSpan duration, CancellationToken cancellationToken = default)
        => ExpectNothing(Dilated(duration), cancellationToken);

    /// <summary>No message comes for so many milliseconds; waits that long.</summary>
    public ValueTask ExpectNoMsgAsync(int milliseconds, CancellationToken cancellationToken = default)
        => ExpectNothing(Dilated(TimeSpan.FromMilliseconds(milliseconds)), cancellationToken);

    private static async IAsyncEnumerable<T> Spread<T>(Task<IReadOnlyCollection<T>> received)
    {
        foreach (var message in await received.ConfigureAwait(false))
            yield return message;
    }

    private async ValueTask<T> Expect<T>(
        TimeSpan? timeout, string? hint, Action<T, IActorRef>? check, CancellationToken token)
    {
        var limit = RemainingOrDilated(timeout);
        var envelope = await Take(limit, token).ConfigureAwait(false);
        if (envelope is null)
            _assertions.Fail("Timeout {0} while waiting for a message of type {1}{2}", limit, typeof(T), Hint(hint));
        if (envelope!.Message is not T message)
        {
            _assertions.Fail(
                "Expected a message of type {0}, but received {{{1}}} (type {2}) instead{3} from {4}",
                typeof(T),
                envelope.Message,
                envelope.Message.GetType(),
                Hint(hint),
                envelope.Sender);
            throw new System.Diagnostics.UnreachableException();
        }
        check?.Invoke(message, envelope.Sender);
        return message;
    }

    private async Task<IReadOnlyCollection<T>> ExpectAll<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken token)
    {
        var missing = messages.ToList();
        var received = new List<T>();
        await foreach (var message in ReceiveNAsync(messages.Count, max, token).ConfigureAwait(false))
        {
            if (message is T typed && missing.Remove(typed))
                received.Add(typed);
            else
                _assertions.Fail("Not expected or too often: {0}. Still missing: [{1}]", message, string.Join(", ", missing));
        }
        return received;
    }

    private async ValueTask ExpectNothing(TimeSpan duration, CancellationToken token)
    {
        if (await Take(duration, token).ConfigureAwait(false) is { } envelope)
            _assertions.Fail("Expected no messages during {0}, instead received {1}", duration, envelope);
    }
}
