using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>The queues, and turns: at most one thread at a time runs an actor.</summary>
/// <remarks>
/// Sending is enqueue, full fence, then schedule if idle. A turn ends by giving up the schedule flag, full fence, and a last
/// look at the queues. One of the two always sees the other, so no message waits without a turn.
/// </remarks>
internal sealed partial class ActorCell : IThreadPoolWorkItem
{
    private readonly int _throughput;
    private readonly IStepObserver? _observer;
    private EnvelopeQueue _queue;
    private List<Envelope>? _front;
    private SystemMessage? _systemQueue;
    private SystemMessage? _systemBacklog;
    private volatile bool _paused = true;
    private volatile bool _terminated;
    private int _scheduled;

    internal bool IsTerminated => _terminated;

    /// <summary>Queues a user message.</summary>
    internal void Send(in Envelope envelope)
    {
        _observer?.Sent(this, envelope.Message);
        _queue.Put(envelope);
        if (!_paused)
            Schedule();
    }

    /// <summary>Queues a system message.</summary>
    internal void SendSystemMessage(SystemMessage message)
    {
        _observer?.SentSystem(this, message);
        SystemMessage? head;
        do
        {
            head = Volatile.Read(ref _systemQueue);
            message.Next = head;
        }
        while (Interlocked.CompareExchange(ref _systemQueue, message, head) != head);
        Schedule();
    }

    /// <summary>Puts messages before all that wait, keeping their order. Called on the actor's own turn.</summary>
    internal void Prepend(IReadOnlyList<Envelope> envelopes)
    {
        // The list is kept last-first, so that taking the next message is removing the last element.
        _front ??= [];
        for (var i = envelopes.Count - 1; i >= 0; i--)
            _front.Add(envelopes[i]);
    }

    void IThreadPoolWorkItem.Execute()
    {
        var outer = _current;
        _current = this;
        var left = _throughput;
        // Who observes sees each system message as a turn of its own, because another actor may run before the next.
        if (_observer is null)
            ProcessSystemMessages();
        else if (ProcessOneSystemMessage())
            left = 0;
        for (; left > 0 && !_paused && !_terminated && TryTake(out var envelope); left--)
        {
            _observer?.Handling(this, envelope.Message);
            Handle(envelope);
            if (_observer is null && Volatile.Read(ref _systemQueue) is not null)
                ProcessSystemMessages();
        }
        if (_terminated)
            DropWaiting();
        _current = outer;

        // After the flag is given up another turn may be under way, which owns what this one owned.
        var more = _systemBacklog is not null;
        var moreForUser = _front is { Count: > 0 } || _queue.HasTaken;
        Interlocked.Exchange(ref _scheduled, 0);
        if (more || Volatile.Read(ref _systemQueue) is not null || (!_paused && (moreForUser || _queue.HasArrived)))
            Schedule();
    }

    private void Schedule()
    {
        if (Volatile.Read(ref _scheduled) == 0 && Interlocked.CompareExchange(ref _scheduled, 1, 0) == 0)
            Dispatcher.Queue(this);
    }

    private bool TryTake(out Envelope envelope)
    {
        if (_front is not { Count: > 0 })
            return _queue.TryTake(out envelope);
        envelope = _front[^1];
        _front.RemoveAt(_front.Count - 1);
        return true;
    }

    /// <summary>Everything still waiting in a stopped actor is undeliverable.</summary>
    private void DropWaiting()
    {
        while (TryTake(out var envelope))
            SystemImpl.DeadLetterRef.Report(envelope.Message, envelope.Sender, SelfRef);
    }

    private void ProcessSystemMessages()
    {
        while (TakeSystemMessages() is { } first)
        {
            for (; first is not null; first = first.Next)
                ProcessSystemMessage(first);
            DecideDeferredFailures();
        }
        SetPaused();
    }

    /// <summary>The observed form. False when there is no system message.</summary>
    private bool ProcessOneSystemMessage()
    {
        _systemBacklog ??= TakeSystemMessages();
        if (_systemBacklog is not { } first)
            return false;
        _systemBacklog = first.Next;
        ProcessSystemMessage(first);
        SetPaused();
        return true;
    }

    /// <summary>Empties the system queue, which is last-first.</summary>
    /// <returns>The first message, linked to the others; null when there is none.</returns>
    private SystemMessage? TakeSystemMessages()
    {
        var last = Interlocked.Exchange(ref _systemQueue, null);
        SystemMessage? first = null;
        while (last is not null)
        {
            var before = last.Next;
            last.Next = first;
            first = last;
            last = before;
        }
        return first;
    }

    private void SetPaused()
        => _paused = !_terminated && (_stage != Stage.Running || _suspensions > 0 || _awaiting > 0);

    private void ProcessSystemMessage(SystemMessage message)
    {
        _observer?.HandlingSystem(this, message);
        if (_terminated)
        {
            if (message is SystemMessage.Watch late)
                TellLate(late.Watcher);
            else if (message is SystemMessage.Died died)
                TellHandedOver(died);
            return;
        }
        try
        {
            switch (message)
            {
                case SystemMessage.Create: OnCreate(); break;
                case SystemMessage.Suspend: OnSuspend(); break;
                case SystemMessage.Resume m: OnResume(m.Cause); break;
                case SystemMessage.Recreate m: OnRecreate(m.Cause); break;
                case SystemMessage.Terminate: OnTerminate(); break;
                case SystemMessage.Failed m when IsHeld: (_deferredFailures ??= new()).Enqueue(m); break;
                case SystemMessage.Failed m: OnChildFailed(m); break;
                case SystemMessage.Watch m: OnWatchedBy(m.Watcher); break;
                case SystemMessage.Unwatch m: _watchedBy?.Remove(m.Watcher); break;
                case SystemMessage.Died m: OnDied(m); break;
                case SystemMessage.Continue m: OnContinue(m.Task); break;
                case SystemMessage.HandlerEnded m: OnHandlerEnded(m.Task); break;
            }
        }
        catch (Exception cause)
        {
            // The outermost edge of a turn: whatever user code threw becomes a failure for the supervisor.
            OnFailure(cause, perpetrator: null);
        }
    }
}
