using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Own failures wait for the supervisor; failures of children are decided here.</summary>
internal sealed partial class ActorCell
{
    private int _suspensions;
    private Exception? _failure;
    private object? _failedMessage;
    private IActorRef? _perpetrator;
    private SupervisorStrategy? _strategy;
    private Queue<SystemMessage.Failed>? _deferredFailures;

    /// <summary>Failed, suspended, or in the middle of an asynchronous handler.</summary>
    private bool IsHeld => _suspensions > 0 || _awaiting > 0;

    /// <summary>Stops processing, suspends the children, and asks the supervisor.</summary>
    /// <param name="cause">What was thrown.</param>
    /// <param name="perpetrator">The child whose failure escalated, null for a failure of one's own.</param>
    private void OnFailure(Exception cause, IActorRef? perpetrator)
    {
        if (_failure is not null || _stage is Stage.Stopping or Stage.Stopped)
            return;
        _failure = cause;
        _failedMessage = perpetrator is null ? _message.Message : null;
        _perpetrator = perpetrator;
        _suspensions++;
        _paused = true;
        foreach (var child in Children.Living())
        {
            // The perpetrator is suspended already, by its own failure.
            if (!child.Equals(perpetrator))
                ((IInternalActorRef)child).SendSystemMessage(new SystemMessage.Suspend());
        }
        ParentRef.SendSystemMessage(new SystemMessage.Failed(SelfRef, cause));
    }

    private void ForgetFailure()
    {
        _failure = null;
        _failedMessage = null;
        _perpetrator = null;
        if (_awaiting == 0)
            _message = default;
    }

    private void OnSuspend()
    {
        _suspensions++;
        foreach (var child in Children.Living())
            ((IInternalActorRef)child).SendSystemMessage(new SystemMessage.Suspend());
    }

    private void OnResume(Exception? cause)
    {
        if (_stage is Stage.Stopping or Stage.Stopped)
            return;
        if (Instance is null && _stage == Stage.New && _failure is not null)
        {
            // There is no instance to go on with.
            StartOver();
            return;
        }
        _suspensions = Math.Max(0, _suspensions - 1);
        var perpetrator = _perpetrator;
        if (cause is not null)
            ForgetFailure();
        foreach (var child in Children.Living())
        {
            ((IInternalActorRef)child).SendSystemMessage(
                new SystemMessage.Resume(child.Equals(perpetrator) ? cause : null));
        }
    }

    /// <summary>Deciding is the supervisor's own work: while it is held, failed children wait for it.</summary>
    private void DecideDeferredFailures()
    {
        while (!_terminated && !IsHeld && _deferredFailures?.TryDequeue(out var failed) == true)
            ProcessSystemMessage(failed);
    }

    private void OnChildFailed(SystemMessage.Failed failed)
    {
        // A failure that comes while this actor is itself being replaced or stopped is settled by that.
        if (Instance is not { } instance || _stage != Stage.Running || Children.Entry(failed.Child) is not { } child)
            return;
        _strategy ??= instance.SupervisorStrategyInternal();
        if (!_strategy.HandleFailure(this, child, failed.Cause))
            OnFailure(failed.Cause, failed.Child);
    }
}
