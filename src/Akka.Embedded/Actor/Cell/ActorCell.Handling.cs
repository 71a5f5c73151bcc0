using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Handling one message, synchronously or not.</summary>
internal sealed partial class ActorCell
{
    private CellTaskScheduler? _scheduler;
    private Envelope _message;
    private bool _handling;
    private int _awaiting;

    /// <summary>The message being handled, as a stash would keep it.</summary>
    internal Envelope CurrentMessage => _message;

    /// <summary>Counts handled messages, so that a stash can tell one from the next.</summary>
    internal long MessageNumber { get; private set; }

    /// <summary>Runs asynchronous user code as part of the current message.</summary>
    internal void RunTask(Func<Task> asyncAction)
    {
        // An await prefers a synchronization context to a task scheduler, and would leave the actor by it.
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        Task running;
        try
        {
            var start = new Task<Task>(asyncAction);
            start.RunSynchronously(_scheduler ??= new CellTaskScheduler(this));
            running = start.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
        if (running.IsCompleted)
        {
            running.GetAwaiter().GetResult();
            return;
        }
        _awaiting++;
        _paused = true;
        _ = running.ContinueWith(
            static (ended, cell) => ((ActorCell)cell!).SendSystemMessage(new SystemMessage.HandlerEnded(ended)),
            this,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private void Handle(in Envelope envelope)
    {
        _message = envelope;
        MessageNumber++;
        var message = envelope.Message;
        var resetsTimeout = _receiveTimeout is not null && !IsExempt(message);
        _handling = true;
        try
        {
            if (resetsTimeout)
                DisarmReceiveTimeout();
            if (message is TimerMessage timer)
            {
                if (!timer.TryOpen(this, out message))
                    return;
                _message = new Envelope(message, envelope.Sender);
            }
            if (message is IAutoReceivedMessage)
                AutoReceive(message);
            else
                Deliver(message);
        }
        catch (Exception cause)
        {
            // The outermost edge of a turn: whatever user code threw becomes a failure for the supervisor.
            OnFailure(cause, perpetrator: null);
        }
        finally
        {
            _handling = false;
            // A failed message is kept for PreRestart, an awaiting one for the rest of its handler.
            if (_failure is null && _awaiting == 0)
                _message = default;
            if (_awaiting == 0 && (resetsTimeout || (_receiveTimeout is not null && _receiveTimeoutTask is null)))
                ArmReceiveTimeout();
        }
    }

    private static bool IsExempt(object message)
        => message is INotInfluenceReceiveTimeout or TimerMessage { Message: INotInfluenceReceiveTimeout };

    private void Deliver(object message)
    {
        var instance = Instance!;
        var behaviour = _behaviours is { Count: > 0 } became ? became.Peek() : _ownBehaviour ??= instance.ReceiveInternal;
        instance.AroundReceive(behaviour, message);
    }

    private void AutoReceive(object message)
    {
        switch (message)
        {
            case Terminated terminated:
                DeliverTerminated(terminated);
                break;
            case PoisonPill:
                SendSystemMessage(new SystemMessage.Terminate());
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            case Identify identify:
                Sender.Tell(new ActorIdentity(identify.MessageId, SelfRef), SelfRef);
                break;
            default:
                Deliver(message);
                break;
        }
    }

    private void OnContinue(Task task)
    {
        // After a stop this is never reached: the rest of a handler does not run in a stopped actor.
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            _scheduler!.Run(task);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    private void OnHandlerEnded(Task task)
    {
        _awaiting--;
        if (!task.IsCompletedSuccessfully)
        {
            var cause = task.Exception?.InnerException ?? new TaskCanceledException(task);
            OnFailure(cause, perpetrator: null);
        }
        if (_awaiting > 0)
            return;
        if (_failure is null)
            _message = default;
        if (_receiveTimeout is not null)
            ArmReceiveTimeout();
    }
}
