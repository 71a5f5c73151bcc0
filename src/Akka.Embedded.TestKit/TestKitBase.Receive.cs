using System.Runtime.CompilerServices;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>The next message, or null when none comes in time. Zero does not wait.</summary>
    public object ReceiveOne(TimeSpan? max = null, CancellationToken cancellationToken = default)
        => Block(ReceiveOneAsync(max, cancellationToken));

    /// <summary>The next message, or null when none comes in time. Zero does not wait.</summary>
    public async ValueTask<object> ReceiveOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default)
        => (await Take(max, cancellationToken).ConfigureAwait(false))?.Message!;

    /// <summary>The next message with its sender; false when none comes in time.</summary>
    public bool TryReceiveOne(
        out MessageEnvelope envelope, TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        envelope = Block(Take(max, cancellationToken))!;
        return envelope is not null;
    }

    /// <summary>The next message, left where it is; null when none comes in time.</summary>
    public object PeekOne(TimeSpan? max = null, CancellationToken cancellationToken = default)
        => Block(PeekOneAsync(max, cancellationToken));

    /// <summary>The next message, left where it is; null when none comes in time.</summary>
    public async ValueTask<object> PeekOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default)
        => (await _queue.Peek(max ?? RemainingOrDefault, cancellationToken).ConfigureAwait(false))?.Message!;

    /// <summary>Exactly that many messages, in what remains or the default time.</summary>
    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, CancellationToken cancellationToken = default)
        => Block(Collect(ReceiveNAsync(numberOfMessages, RemainingOrDefault, cancellationToken)));

    /// <summary>Exactly that many messages in the given time.</summary>
    public IReadOnlyCollection<object> ReceiveN(
        int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default)
        => Block(Collect(ReceiveNAsync(numberOfMessages, Dilated(max), cancellationToken)));

    /// <summary>Exactly that many messages, in what remains or the default time.</summary>
    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, CancellationToken cancellationToken = default)
        => ReceiveNAsync(numberOfMessages, RemainingOrDefault, cancellationToken);

    /// <summary>Exactly that many messages in the given time.</summary>
    public async IAsyncEnumerable<object> ReceiveNAsync(
        int numberOfMessages,
        TimeSpan max,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var stop = Now + max;
        for (var i = 0; i < numberOfMessages; i++)
        {
            var envelope = await Take(Later(stop - Now), cancellationToken).ConfigureAwait(false);
            if (envelope is null)
            {
                _assertions.Fail(
                    "Timeout ({0}) while expecting {1} messages. Only got {2} after {3}.",
                    max,
                    numberOfMessages,
                    i,
                    max);
            }
            yield return envelope!.Message;
        }
    }

    /// <summary>Messages until the filter gives null; that one stays.</summary>
    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max, Func<object, T> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default)
        where T : class
        => Block(Collect(ReceiveWhileAsync(max, Timeout.InfiniteTimeSpan, filter, msgs, cancellationToken)));

    /// <summary>Messages until the filter gives null, time is up, none comes for the idle time, or there are enough.</summary>
    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max,
        TimeSpan? idle,
        Func<object, T> filter,
        int msgs = int.MaxValue,
        CancellationToken cancellationToken = default)
        where T : class
        => Block(Collect(ReceiveWhileAsync(max, idle, filter, msgs, cancellationToken)));

    /// <summary>Messages until the filter gives null, time is up, none comes for the idle time, or there are enough.</summary>
    public IReadOnlyList<T> ReceiveWhile<T>(
        Func<object, T> filter,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        CancellationToken cancellationToken = default)
        where T : class
        => Block(Collect(ReceiveWhileAsync(max, idle, filter, msgs, cancellationToken)));

    /// <summary>Messages of a type while the predicate holds; others are skipped or end it.</summary>
    public IReadOnlyList<T> ReceiveWhile<T>(
        Predicate<T> shouldContinue,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        bool shouldIgnoreOtherMessageTypes = true,
        CancellationToken cancellationToken = default)
        where T : class
        => Block(Collect(ReceiveWhileAsync(
            shouldContinue, max, idle, msgs, shouldIgnoreOtherMessageTypes, cancellationToken)));

    /// <summary>Messages until the filter gives null, time is up, none comes for the idle time, or there are enough.</summary>
    public async IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        TimeSpan? max,
        TimeSpan? idle,
        Func<object, T> filter,
        int msgs = int.MaxValue,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where T : class
    {
        var stop = Now + RemainingOrDilated(max);
        for (var count = 0; count < msgs; count++)
        {
            if (await PeekUntil(stop, idle, cancellationToken).ConfigureAwait(false) is not { } next
                || filter(next.Message) is not { } accepted)
            {
                yield break;
            }
            await Take(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            yield return accepted;
        }
    }

    /// <summary>Messages of a type while the predicate holds; others are skipped or end it.</summary>
    public async IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        Predicate<T> shouldContinue,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        bool shouldIgnoreOtherMessageTypes = true,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where T : class
    {
        var stop = Now + RemainingOrDilated(max);
        var count = 0;
        while (count < msgs)
        {
            if (await PeekUntil(stop, idle, cancellationToken).ConfigureAwait(false) is not { } next)
                yield break;
            var accepted = next.Message as T;
            if (accepted is null ? !shouldIgnoreOtherMessageTypes : !shouldContinue(accepted))
                yield break;
            await Take(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            if (accepted is null)
                continue;
            count++;
            yield return accepted;
        }
    }

    /// <summary>Skips messages until one fits.</summary>
    public object FishForMessage(
        Predicate<object> isMessage,
        TimeSpan? max = null,
        string hint = "",
        CancellationToken cancellationToken = default)
        => FishForMessage<object>(isMessage, max, hint, cancellationToken);

    /// <summary>Skips messages until one of the type fits.</summary>
    public T FishForMessage<T>(
        Predicate<T> isMessage,
        TimeSpan? max = null,
        string hint = "",
        CancellationToken cancellationToken = default)
        => Block(FishForMessageAsync(isMessage, max, hint, cancellationToken));

    /// <summary>Skips messages until one fits.</summary>
    public ValueTask<object> FishForMessageAsync(
        Predicate<object> isMessage,
        TimeSpan? max = null,
        string hint = "",
        CancellationToken cancellationToken = default)
        => FishForMessageAsync<object>(isMessage, max, hint, cancellationToken);

    /// <summary>Skips messages until one of the type fits.</summary>
    public async ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage,
        TimeSpan? max = null,
        string hint = "",
        CancellationToken cancellationToken = default)
    {
        var limit = RemainingOrDilated(max);
        var stop = Now + limit;
        while (true)
        {
            var envelope = await Take(Later(stop - Now), cancellationToken).ConfigureAwait(false);
            if (envelope is null)
            {
                _assertions.Fail("Timeout ({0}) during fishForMessage{1}", limit, Hint(hint));
            }
            else if (envelope.Message is T message && isMessage(message))
            {
                return message;
            }
        }
    }

    private static TimeSpan Later(TimeSpan remaining) => remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;

    private static string Hint(string? hint) => string.IsNullOrEmpty(hint) ? "" : $" [{hint}]";

    private static T Block<T>(ValueTask<T> running)
        => running.IsCompletedSuccessfully ? running.Result : running.AsTask().GetAwaiter().GetResult();

    private static void Block(ValueTask running)
    {
        if (!running.IsCompletedSuccessfully)
            running.AsTask().GetAwaiter().GetResult();
    }

    private static void Block(Task running) => running.GetAwaiter().GetResult();

    private static T Block<T>(Task<T> running) => running.GetAwaiter().GetResult();

    private static async Task<List<T>> Collect<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items.ConfigureAwait(false))
            list.Add(item);
        return list;
    }

    private ValueTask<MessageEnvelope?> PeekUntil(TimeSpan stop, TimeSpan? idle, CancellationToken token)
    {
        var left = Later(stop - Now);
        return _queue.Peek(idle is { } gap && gap >= TimeSpan.Zero && gap < left ? gap : left, token);
    }

    private async ValueTask<MessageEnvelope?> Take(TimeSpan? max, CancellationToken token)
    {
        var envelope = await _queue.Take(max ?? RemainingOrDefault, token).ConfigureAwait(false);
        if (envelope is not null)
            LastEnvelope = envelope;
        return envelope;
    }
}
