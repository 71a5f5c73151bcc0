using Akka.Actor;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>The next message is a T from the sender.</summary>
    public T ExpectMsgFrom<T>(
        IActorRef sender,
        TimeSpan? duration = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Block(ExpectMsgFromAsync<T>(sender, duration, hint, cancellationToken));

    /// <summary>The next message is a T from the sender.</summary>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender,
        TimeSpan? duration = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Expect<T>(
            duration,
            hint,
            (_, from) =>
            {
                Same(sender, from, hint);
            },
            cancellationToken);

    /// <summary>The next message equals the given one and is from the sender.</summary>
    public T ExpectMsgFrom<T>(
        IActorRef sender,
        T message,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Block(ExpectMsgFromAsync(sender, message, timeout, hint, cancellationToken));

    /// <summary>The next message equals the given one and is from the sender.</summary>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender,
        T message,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Expect<T>(
            timeout,
            hint,
            (actual, from) =>
            {
                Same(sender, from, hint);
                _assertions.AssertEqual(message, actual, "Expected message {0}, got {1}{2}", message!, actual!, Hint(hint));
            },
            cancellationToken);

    /// <summary>The next message fits and is from the sender.</summary>
    public T ExpectMsgFrom<T>(
        IActorRef sender,
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Block(ExpectMsgFromAsync(sender, isMessage, timeout, hint, cancellationToken));

    /// <summary>The next message fits and is from the sender.</summary>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender,
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Expect<T>(
            timeout,
            hint,
            (actual, from) =>
            {
                Same(sender, from, hint);
                _assertions.AssertTrue(isMessage(actual), "The message {0} does not fit{1}", actual!, Hint(hint));
            },
            cancellationToken);

    /// <summary>The next message and its sender fit.</summary>
    public T ExpectMsgFrom<T>(
        Predicate<IActorRef> isSender,
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Block(ExpectMsgFromAsync(isSender, isMessage, timeout, hint, cancellationToken));

    /// <summary>The next message and its sender fit.</summary>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        Predicate<IActorRef> isSender,
        Predicate<T> isMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Expect<T>(
            timeout,
            hint,
            (actual, from) =>
            {
                _assertions.AssertTrue(isSender(from), "The sender {0} does not fit{1}", from, Hint(hint));
                _assertions.AssertTrue(isMessage(actual), "The message {0} does not fit{1}", actual!, Hint(hint));
            },
            cancellationToken);

    /// <summary>The next message passes the assertions and is from the sender.</summary>
    public T ExpectMsgFrom<T>(
        IActorRef sender,
        Action<T> assertMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Block(ExpectMsgFromAsync(sender, assertMessage, timeout, hint, cancellationToken));

    /// <summary>The next message passes the assertions and is from the sender.</summary>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender,
        Action<T> assertMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Expect<T>(
            timeout,
            hint,
            (actual, from) =>
            {
                Same(sender, from, hint);
                assertMessage(actual);
            },
            cancellationToken);

    /// <summary>The next message and its sender pass the assertions.</summary>
    public T ExpectMsgFrom<T>(
        Action<IActorRef> assertSender,
        Action<T> assertMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Block(ExpectMsgFromAsync(assertSender, assertMessage, timeout, hint, cancellationToken));

    /// <summary>The next message and its sender pass the assertions.</summary>
    public ValueTask<T> ExpectMsgFromAsync<T>(
        Action<IActorRef> assertSender,
        Action<T> assertMessage,
        TimeSpan? timeout = null,
        string? hint = null,
        CancellationToken cancellationToken = default)
        => Expect<T>(
            timeout,
            hint,
            (actual, from) =>
            {
                assertSender(from);
                assertMessage(actual);
            },
            cancellationToken);

    private void Same(IActorRef expected, IActorRef actual, string? hint)
        => _assertions.AssertEqual(expected, actual, "Expected a message from {0}, got one from {1}{2}", expected, actual, Hint(hint));
}
