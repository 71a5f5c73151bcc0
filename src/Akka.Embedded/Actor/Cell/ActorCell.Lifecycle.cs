using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Start, restart and stop.</summary>
/// <remarks><code>
/// New ── Create ──▶ Running ── Recreate ──▶ Restarting ── children gone ──▶ Running
///  ▲ │                 │                        │
///  │ └─ ctor failed ─┐ └────── Terminate ───────┴──▶ Stopping ── children gone ──▶ Stopped
///  └─ children gone ─┴─ Recreate: Recreating
/// </code></remarks>
internal sealed partial class ActorCell
{
    private Stage _stage = Stage.New;
    private Exception? _restartCause;
    private bool _constructing;

    private enum Stage
    {
        New,
        Running,
        Recreating,
        Restarting,
        Stopping,
        Stopped,
    }

    /// <summary>Timers of the current instance, null if it has none.</summary>
    internal TimerScheduler? Timers { get; private set; }

    /// <summary>Stash of the current instance, null if it has none.</summary>
    internal StashImpl? Stash { get; private set; }

    /// <summary>Called by the actor's base constructor.</summary>
    /// <exception cref="ActorInitializationException">No cell is constructing an actor on this thread.</exception>
    internal static ActorCell Adopt(ActorBase instance)
    {
        if (_current is not { _constructing: true } cell)
        {
            throw new ActorInitializationException(
                $"You cannot create an instance of [{instance.GetType()}] explicitly using the constructor (new). " +
                "You have to use one of the 'ActorOf' factory methods to create a new actor.");
        }
        cell._constructing = false;
        cell.ForgetBehaviours();
        if (instance is IWithTimers withTimers)
            withTimers.Timers = cell.Timers = new TimerScheduler(cell);
        return cell;
    }

    private void OnCreate()
    {
        _stage = Stage.Running;
        try
        {
            Construct();
            Instance!.AroundPreStart();
            if (_receiveTimeout is not null)
                ArmReceiveTimeout();
        }
        catch (Exception cause)
        {
            // The outermost edge of a start: the supervisor decides.
            Discard();
            _stage = Stage.New;
            OnFailure(new ActorInitializationException(SelfRef, "Exception during creation", cause), perpetrator: null);
        }
    }

    private void Construct()
    {
        _constructing = true;
        try
        {
            Instance = Props.NewActor();
        }
        finally
        {
            _constructing = false;
        }
        (Instance as IInitializableActor)?.Init();
        if (Instance is IActorStash withStash)
            withStash.Stash = Stash = new StashImpl(this);
    }

    /// <summary>Lets go of the instance: timers off, stash back to the mailbox, disposed.</summary>
    private void Discard()
    {
        Timers?.CancelAll();
        Timers = null;
        Stash?.UnstashAll();
        Stash = null;
        _strategy = null;
        if (Instance is not { } old)
            return;
        Instance = null;
        try
        {
            Props.Release(old);
            (old as IDisposable)?.Dispose();
        }
        catch (Exception cause)
        {
            // The outermost edge: an instance that cannot be disposed is gone all the same.
            Report(cause, old, "Error while disposing an actor");
        }
        old.Clear();
    }

    private void OnRecreate(Exception cause)
    {
        if (_stage is Stage.Stopping or Stage.Stopped or Stage.Restarting or Stage.Recreating)
            return;
        if (Instance is not { } old)
        {
            StartOver();
            return;
        }
        DisarmReceiveTimeout();
        Timers?.CancelAll();
        try
        {
            old.AroundPreRestart(cause, _failedMessage!);
        }
        catch (Exception inner)
        {
            // The outermost edge of the old instance: it is being replaced anyway.
            Report(inner, old, "Error in PreRestart");
        }
        Discard();
        if (_awaiting == 0)
            _message = default;
        _restartCause = cause;
        _stage = Stage.Restarting;
        if (!Children.AnyStopping)
            FinishRecreate();
    }

    /// <summary>A first start failed and the supervisor wants another try.</summary>
    private void StartOver()
    {
        _stage = Stage.Recreating;
        Children.StopAll(close: false);
        if (Children.IsEmpty)
            FinishStartOver();
    }

    private void FinishStartOver()
    {
        ForgetFailure();
        _suspensions = Math.Max(0, _suspensions - 1);
        OnCreate();
    }

    private void FinishRecreate()
    {
        var cause = _restartCause!;
        var survivors = Children.Living();
        _restartCause = null;
        ForgetFailure();
        _suspensions = Math.Max(0, _suspensions - 1);
        _stage = Stage.Running;
        try
        {
            Construct();
            Instance!.AroundPostRestart(cause);
            if (_receiveTimeout is not null)
                ArmReceiveTimeout();
            foreach (var survivor in survivors)
                ((IInternalActorRef)survivor).SendSystemMessage(new SystemMessage.Recreate(cause));
        }
        catch (Exception inner)
        {
            // The outermost edge of a restart: the supervisor decides.
            Discard();
            _stage = Stage.New;
            OnFailure(new PostRestartException(SelfRef, inner, cause), perpetrator: null);
        }
    }

    private void OnTerminate()
    {
        if (_stage is Stage.Stopping or Stage.Stopped)
            return;
        DisarmReceiveTimeout();
        _receiveTimeout = null;
        Timers?.CancelAll();
        _stage = Stage.Stopping;
        Children.StopAll(close: true);
        if (Children.IsEmpty)
            FinishTerminate();
    }

    private void FinishTerminate()
    {
        if (Instance is { } instance)
        {
            try
            {
                instance.AroundPostStop();
            }
            catch (Exception cause)
            {
                // The outermost edge of an actor's life: it ends all the same.
                Report(cause, instance, "Error in PostStop");
            }
        }
        _stage = Stage.Stopped;
        _terminated = true;
        _observer?.Ended(this);
        SystemImpl.EventStream.Unsubscribe(SelfRef);
        DropWaiting();
        TellWatchers();
        // Only now: whoever watches is not kept waiting by an instance that takes long to dispose of.
        Discard();
        DropWaiting();
        _message = default;
        ForgetBehaviours();
        Dispatcher.Leave();
    }

    private void ForgetBehaviours() => (_behaviours, _ownBehaviour) = (null, null);

    private void Report(Exception cause, ActorBase instance, string what)
        => SystemImpl.EventStream.Publish(
            new Error(cause, SelfRef.Path.ToString(), instance.GetType(), $"{what}: {cause.Message}"));
}
