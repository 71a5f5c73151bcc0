using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>The reply address of one ask: takes one answer, then dies.</summary>
/// <remarks>An ask is a few hundred bytes because most of what an address can do is made only when somebody looks: the path
/// and its name, the list of watchers, the limit.</remarks>
internal sealed class PromiseActorRef<T> : Promise
{
    // Doubles as the lock of what follows; nobody else sees the source itself.
    private readonly TaskCompletionSource<T> _answer;
    private List<IInternalActorRef>? _watchers;
    private AskLimit? _limit;
    private bool _done;
    private bool _cancelled;

    public PromiseActorRef(ActorSystemImpl system)
        : base(system)
        => _answer = new(system.Observer is null ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None);

    public Task<T> Answer => _answer.Task;

    public override bool IsTerminated
    {
        get
        {
            lock (_answer)
                return _done;
        }
    }

    /// <summary>Starts the clock and listens for cancellation.</summary>
    public void Limit(TimeSpan timeout, ICanTell target, object message, CancellationToken token)
    {
        _limit = new AskLimit(this, timeout, target, message, token);
        _limit.Start(System.Execution.Time);
        if (IsTerminated)
            _limit.Dispose();
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
                System.DeadLetterRef.Report(message, sender, this);
            return;
        }
        // Asked here, so that the usual case makes no closure.
        if (System.Observer is null)
            Settle(message, sender);
        else
            Complete(() => Settle(message, sender));
    }

    public override void SendSystemMessage(SystemMessage message)
    {
        switch (message)
        {
            case SystemMessage.Watch watch:
                lock (_answer)
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
                lock (_answer)
                    _watchers?.Remove(unwatch.Watcher);
                break;
            case SystemMessage.Terminate:
                Fail(new InvalidOperationException($"{this} was stopped before it had an answer."));
                break;
        }
    }

    public override void Fail(Exception cause)
    {
        if (TryFinish())
            Complete(() => _answer.TrySetException(cause));
    }

    public override void Cancel(CancellationToken token)
    {
        _cancelled = true;
        if (TryFinish())
            Complete(() => _answer.TrySetCanceled(token));
    }

    private void Complete(Action completion)
    {
        if (System.Observer is null)
            completion();
        else
            System.Execution.Complete(Path.Name, completion);
    }

    private void Settle(object message, IActorRef? sender)
    {
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
                System.DeadLetterRef.Report(message, sender, this);
                break;
        }
    }

    private bool TryFinish()
    {
        System.Observer?.Touched(Path.Name);
        List<IInternalActorRef>? watchers;
        lock (_answer)
        {
            if (_done)
                return false;
            _done = true;
            watchers = _watchers;
            _watchers = null;
        }
        System.Promises.Remove(this);
        _limit?.Dispose();
        if (watchers is null)
            return true;
        foreach (var watcher in watchers)
            watcher.SendSystemMessage(new SystemMessage.Died(this, existed: true));
        return true;
    }
}
