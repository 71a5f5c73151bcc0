using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Death watch, both ways.</summary>
internal sealed partial class ActorCell
{
    private Dictionary<IActorRef, object?>? _watching;
    private Dictionary<IActorRef, object?>? _terminatedQueued;
    private HashSet<IInternalActorRef>? _watchedBy;

    public IActorRef Watch(IActorRef subject) => StartWatching(subject, null);

    public IActorRef WatchWith(IActorRef subject, object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return StartWatching(subject, message);
    }

    public IActorRef Unwatch(IActorRef subject)
    {
        if (_watching?.Remove(subject) == true)
            (subject as IInternalActorRef)?.SendSystemMessage(new SystemMessage.Unwatch(SelfRef));
        _terminatedQueued?.Remove(subject);
        return subject;
    }

    /// <summary>A stashed notice goes back to the mailbox and is awaited again.</summary>
    internal void ExpectTerminated(IActorRef actor) => (_terminatedQueued ??= [])[actor] = null;

    private IActorRef StartWatching(IActorRef subject, object? message)
    {
        if (subject.Equals(SelfRef) || !(_watching ??= []).TryAdd(subject, message))
            return subject;
        if (subject is IInternalActorRef target)
            target.SendSystemMessage(new SystemMessage.Watch(SelfRef));
        else
            SendSystemMessage(new SystemMessage.Died(subject, existed: false));
        return subject;
    }

    private void OnWatchedBy(IInternalActorRef watcher) => (_watchedBy ??= []).Add(watcher);

    private void OnDied(SystemMessage.Died died)
    {
        if (_watching?.Remove(died.Actor, out var message) == true && _stage != Stage.Stopping)
        {
            (_terminatedQueued ??= [])[died.Actor] = message;
            Send(new Envelope(new Terminated(died.Actor, died.Existed, addressTerminated: false), died.Actor));
        }
        var wasChild = Children.Remove(died.Actor);
        TellHandedOver(died);
        if (!wasChild)
            return;
        switch (_stage)
        {
            case Stage.Restarting when !Children.AnyStopping:
                FinishRecreate();
                break;
            case Stage.Recreating when Children.IsEmpty:
                FinishStartOver();
                break;
            case Stage.Stopping when Children.IsEmpty:
                FinishTerminate();
                break;
        }
    }

    /// <summary>The name of a guardian's child is free now, and its watchers may hear of the end.</summary>
    private static void TellHandedOver(SystemMessage.Died died)
    {
        foreach (var watcher in died.Watchers ?? [])
            watcher.SendSystemMessage(new SystemMessage.Died(died.Actor, died.Existed));
    }

    /// <summary>Answers whoever began to watch after the end, as those before it: not sooner than the name is free.</summary>
    private void TellLate(IInternalActorRef watcher)
    {
        if (SystemImpl.IsGuardian(ParentRef))
            ParentRef.SendSystemMessage(new SystemMessage.Died(SelfRef, existed: false, [watcher]));
        else
            watcher.SendSystemMessage(new SystemMessage.Died(SelfRef, existed: false));
    }

    private void DeliverTerminated(Terminated terminated)
    {
        // Not queued any more: unwatched since, so nobody wants to know.
        if (_terminatedQueued?.Remove(terminated.ActorRef, out var message) != true)
            return;
        if (message is not null)
            _message = new Envelope(message, _message.Sender);
        Deliver(message ?? terminated);
    }

    private void TellWatchers()
    {
        foreach (var watched in _watching?.Keys.ToArray() ?? [])
            (watched as IInternalActorRef)?.SendSystemMessage(new SystemMessage.Unwatch(SelfRef));
        _watching = null;
        _terminatedQueued = null;
        // The parent hears of every child; telling it as a watcher too would be once too often.
        var watchers = _watchedBy?.Where(watcher => !watcher.Equals(ParentRef)).ToArray() ?? [];
        _watchedBy = null;

        // Anyone may create an actor below a guardian. Telling the watchers only after the guardian has freed the
        // name is what lets them use the name again at once.
        if (SystemImpl.IsGuardian(ParentRef))
        {
            ParentRef.SendSystemMessage(new SystemMessage.Died(SelfRef, existed: true, watchers));
            return;
        }
        ParentRef.SendSystemMessage(new SystemMessage.Died(SelfRef, existed: true));
        foreach (var watcher in watchers)
            watcher.SendSystemMessage(new SystemMessage.Died(SelfRef, existed: true));
    }
}
