using Akka.Actor;
using Akka.Configuration;

namespace Akka.Persistence.Plugins;

/// <summary>Runs a plugin's calls to its storage behind a circuit breaker and brings their outcomes back to its
/// turn.</summary>
/// <remarks>
/// <code>
/// Closed ── failures-max in a row ──▶ Open ── reset-timeout ──▶ one call is let through ── succeeds ──▶ Closed
///                                       ▲                                     └─ fails ─┐
///                                       └───────────────────────────────────────────────┘
/// </code>
/// A call that takes longer than the call timeout counts as failed, and what it does later is not looked at. All
/// members are used on the plugin's own turn, so nothing is locked. Calls under way are limited by their callers: an
/// actor has one write, one recovery and what it deletes and saves.
/// </remarks>
internal sealed class PluginCalls
{
    private readonly IActorRef _self;
    private readonly IScheduler _scheduler;
    private readonly int _failuresMax;
    private readonly TimeSpan _callTimeout;
    private readonly TimeSpan _resetTimeout;
    private readonly Dictionary<long, Call> _underWay = [];
    private long _lastCall;
    private int _failures;
    private TimeSpan? _openSince;
    private long _probe;
    private Exception? _lastFailure;

    public PluginCalls(IActorRef self, IScheduler scheduler, Config config)
    {
        _self = self;
        _scheduler = scheduler;
        _failuresMax = config.GetInt("circuit-breaker.max-failures", 10);
        _callTimeout = config.GetTimeSpan("circuit-breaker.call-timeout", TimeSpan.FromSeconds(10));
        _resetTimeout = config.GetTimeSpan("circuit-breaker.reset-timeout", TimeSpan.FromSeconds(30));
    }

    /// <summary>Starts a call. One of the two continuations runs, on the plugin's turn, perhaps at once.</summary>
    public void Run<T>(Func<Task<T>> call, Action<T> success, Action<Exception> failure)
    {
        if (IsOpen())
        {
            failure(new CircuitOpenException(_lastFailure!));
            return;
        }
        var id = ++_lastCall;
        if (_openSince is not null)
            _probe = id;
        var task = Begin(call);
        if (task.IsCompleted)
        {
            End(id, task, success, failure);
            return;
        }
        var timeout = _scheduler.ScheduleTellOnceCancelable(_callTimeout, _self, new TimedOut(id), _self);
        _underWay.Add(id, new Call(() => End(id, task, success, failure), failure, timeout));
        _ = task.ContinueWith(
            (_, self) => ((IActorRef)self!).Tell(new Ended(id), ActorRefs.NoSender),
            _self,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Takes the plugin's messages that are about calls.</summary>
    public bool TryHandle(object message)
    {
        switch (message)
        {
            case Ended ended:
                if (_underWay.Remove(ended.Id, out var call))
                {
                    call.Timeout.Cancel();
                    call.End();
                }
                return true;
            case TimedOut timedOut:
                if (_underWay.Remove(timedOut.Id, out var late))
                {
                    var cause = new TimeoutException(
                        $"The storage did not answer within {_callTimeout.TotalSeconds} s.");
                    Count(timedOut.Id, cause);
                    late.Failure(cause);
                }
                return true;
            default:
                return false;
        }
    }

    private static Task<T> Begin<T>(Func<Task<T>> call)
    {
        try
        {
            return call();
        }
        catch (Exception cause)
        {
            // The outermost edge of the plugin: what it throws is the outcome of the call.
            return Task.FromException<T>(cause);
        }
    }

    private bool IsOpen()
    {
        if (_openSince is not { } since)
            return false;
        return _probe != 0 || _scheduler.MonotonicClock - since < _resetTimeout;
    }

    private void End<T>(long id, Task<T> task, Action<T> success, Action<Exception> failure)
    {
        if (task.IsCompletedSuccessfully)
        {
            Count(id, null);
            success(task.GetAwaiter().GetResult());
            return;
        }
        var cause = task.Exception is { } thrown
            ? (thrown.InnerExceptions.Count == 1 ? thrown.InnerExceptions[0] : thrown)
            : new TaskCanceledException(task);
        Count(id, cause);
        failure(cause);
    }

    private void Count(long id, Exception? failure)
    {
        var probed = id == _probe;
        if (probed)
            _probe = 0;
        if (failure is null)
        {
            if (_openSince is null || probed)
                (_failures, _openSince) = (0, null);
            return;
        }
        _lastFailure = failure;
        if (probed || (_openSince is null && ++_failures >= _failuresMax))
            _openSince = _scheduler.MonotonicClock;
    }

    private sealed record Call(Action End, Action<Exception> Failure, ICancelable Timeout);

    private sealed record Ended(long Id) : INoSerializationVerificationNeeded;

    private sealed record TimedOut(long Id) : INoSerializationVerificationNeeded;
}
