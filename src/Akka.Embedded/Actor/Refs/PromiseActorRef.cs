using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>The reply address of one ask: takes one answer, then dies.</summary>
internal sealed class PromiseActorRef<T>(ActorSystemImpl system, ActorPath path) : ActorRefBase(path), IPromise
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private List<IInternalActorRef>? _watchers;
    private CancellationTokenSource? _limit;
    private CancellationTokenRegistration _cancelRegistration;
    private CancellationTokenRegistration _limitRegistration;
    private bool _done;
    private bool _cancelled;

    public Task<T> Answer => _answer.Task;

    public override ActorSystemImpl System => system;

    public override IActorRef Parent => system.TempRef;

    public override bool IsTerminated
    {
        get
        {
            lock (_gate)
                return _done;
        }
    }

    /// <summary>Starts the clock and listens for cancellation.</summary>
    public void Limit(TimeSpan timeout, string target, object message, CancellationToken token)
    {
        if (token.CanBeCanceled)
            _cancelRegistration = token.UnsafeRegister(_ => Cancel(token), null);
        if (timeout != Timeout.InfiniteTimeSpan)
        {
            _limit = new CancellationTokenSource(timeout, system.Execution.Time);
            _limitRegistration = _limit.Token.UnsafeRegister(_ => Fail(new AskTimeoutException(
                $"Timeout after {timeout.TotalSeconds} seconds: {target} did not answer {message.GetType()}")), null);
        }
        if (IsTerminated)
            Release();
    }

    public override void Tell(object message, IActorRef? sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message is Identify identify && !IsTerminated)
        {
            sender?.Tell(new ActorIdentity(identify.MessageId, this), this);
            return;
        }
        if (!TryFinish())
        {
            if (!_cancelled)
                system.DeadLetterRef.Report(message, sender, this);
            return;
        }
        switch (message)
        {
            case T answer:
                _answer.TrySetResult(answer);
                break;
            case Status.Failure failure:
                _answer.TrySetException(failure.Cause
                    ?? new TaskCanceledException("Status.Failure without a cause was received."));
                break;
            default:
                _answer.TrySetException(new ArgumentException(
                    $"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]"));
                system.DeadLetterRef.Report(message, sender, this);
                break;
        }
    }

    public override void SendSystemMessage(SystemMessage message)
    {
        switch (message)
        {
            case SystemMessage.Watch watch:
                lock (_gate)
                {
                    if (!_done)
                    {
                        (_watchers ??= []).Add(watch.Watcher);
                        break;
                    }
                }
                base.SendSystemMessage(message);
                break;
            case SystemMessage.Unwatch unwatch:
                lock (_gate)
                    _watchers?.Remove(unwatch.Watcher);
                break;
            case SystemMessage.Terminate:
                Fail(new InvalidOperationException($"{this} was stopped before it had an answer."));
                break;
        }
    }

    /// <summary>Gives up: the system ends.</summary>
    public void Fail(Exception cause)
    {
        if (TryFinish())
            _answer.TrySetException(cause);
    }

    private void Cancel(CancellationToken token)
    {
        _cancelled = true;
        if (TryFinish())
            _answer.TrySetCanceled(token);
    }

    private bool TryFinish()
    {
        List<IInternalActorRef>? watchers;
        lock (_gate)
        {
            if (_done)
                return false;
            _done = true;
            watchers = _watchers;
            _watchers = null;
        }
        system.ForgetPromise(this);
        Release();
        foreach (var watcher in watchers ?? [])
            watcher.SendSystemMessage(new SystemMessage.Died(this, existed: true));
        return true;
    }

    private void Release()
    {
        _cancelRegistration.Unregister();
        _limitRegistration.Unregister();
        _limit?.Dispose();
    }
}
