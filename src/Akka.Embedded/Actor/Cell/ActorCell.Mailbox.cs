using System.Collections.Concurrent;
using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>The queues, and turns: at most one thread at a time runs an actor.</summary>
/// <remarks>
/// Sending is enqueue, full fence, then schedule if idle. A turn ends by giving up the schedule flag, full fence, and a last
/// look at the queues. One of the two always sees the other, so no message waits without a turn.
/// </remarks>
internal sealed partial class ActorCell : IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<Envelope> _queue = new();
    private readonly List<Envelope> _front = [];
    private readonly int _throughput;
    private readonly IStepObserver? _observer;
    private SystemMessage? _systemQueue;
    private volatile bool _paused = true;
    private volatile bool _terminated;
    private int _scheduled;

    internal bool IsTerminated => _terminated;

    /// <summary>Queues a user message.</summary>
    internal void Send(in Envelope envelope)
    {
        _observer?.Sent(this, envelope.Message);
        _queue.Enqueue(envelope);
        Interlocked.MemoryBarrier();
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
        for (var i = envelopes.Count - 1; i >= 0; i--)
            _front.Add(envelopes[i]);
    }

    void IThreadPoolWorkItem.Execute()
    {
        var outer = _current;
        _current = this;
        var left = _throughput;
        // Who observes sees system messages as a turn of their own, because another actor may run before the user's.
        if (ProcessSystemMessages() && _observer is not null)
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

        var more = _front.Count > 0;
        Interlocked.Exchange(ref _scheduled, 0);
        if (Volatile.Read(ref _systemQueue) is not null || (!_paused && (more || !_queue.IsEmpty)))
            Schedule();
    }

    private void Schedule()
    {
        if (Volatile.Read(ref _scheduled) == 0 && Interlocked.CompareExchange(ref _scheduled, 1, 0) == 0)
            SystemImpl.Execution.Queue(this);
    }

    private bool TryTake(out Envelope envelope)
    {
        if (_front.Count == 0)
            return _queue.TryDequeue(out envelope);
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

    /// <summary>Handles what is in the system queue. False when nothing was.</summary>
    private bool ProcessSystemMessages()
    {
        var any = false;
        while (Interlocked.Exchange(ref _systemQueue, null) is { } last)
        {
            any = true;
            SystemMessage? first = null;
            while (last is not null)
            {
                var before = last.Next;
                last.Next = first;
                first = last;
                last = before!;
            }
            for (; first is not null; first = first.Next)
                ProcessSystemMessage(first);
        }
        _paused = !_terminated && (_stage != Stage.Running || _suspensions > 0 || _awaiting > 0);
        return any;
    }

    private void ProcessSystemMessage(SystemMessage message)
    {
        _observer?.HandlingSystem(this, message);
        if (_terminated)
        {
            if (message is SystemMessage.Watch late)
                late.Watcher.SendSystemMessage(new SystemMessage.Died(SelfRef, existed: false));
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
