using System.Collections.Concurrent;
using Akka.Deterministic;

namespace Akka.TestKit;

/// <summary>What a test actor received and the test has not taken yet. Many put, one takes.</summary>
/// <param name="loop">Runs the system while the test waits, in virtual time; null when the system runs by itself.</param>
internal sealed class MessageQueue(DeterministicDispatcher? loop) : IDisposable
{
    private readonly ConcurrentQueue<MessageEnvelope> _messages = new();
    private readonly SemaphoreSlim _available = new(0);

    public int Count => _messages.Count;

    public void Put(MessageEnvelope message)
    {
        _messages.Enqueue(message);
        _available.Release();
    }

    /// <summary>The next message, or null when none came in time.</summary>
    public async ValueTask<MessageEnvelope?> Take(TimeSpan limit, CancellationToken token)
        => await Wait(limit, token).ConfigureAwait(false) && _messages.TryDequeue(out var message)
            ? message
            : null;

    /// <summary>As <see cref="Take"/>, leaving the message where it is.</summary>
    public async ValueTask<MessageEnvelope?> Peek(TimeSpan limit, CancellationToken token)
    {
        if (!await Wait(limit, token).ConfigureAwait(false))
            return null;
        _available.Release();
        return _messages.TryPeek(out var message) ? message : null;
    }

    public void Dispose() => _available.Dispose();

    private Task<bool> Wait(TimeSpan limit, CancellationToken token)
    {
        if (loop is null)
            return _available.WaitAsync(Bounded(limit), token);
        token.ThrowIfCancellationRequested();
        var until = limit == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : loop.Elapsed + Bounded(limit);
        loop.Run(() => _available.CurrentCount > 0, until);
        return _available.WaitAsync(TimeSpan.Zero, token);
    }

    private static TimeSpan Bounded(TimeSpan limit)
        => limit == Timeout.InfiniteTimeSpan || limit > TimeSpan.Zero ? limit : TimeSpan.Zero;
}
