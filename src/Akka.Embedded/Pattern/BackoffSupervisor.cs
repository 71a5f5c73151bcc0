// A supervisor that waits before it makes a failed child again, longer every time:
//
//   child runs ── fails or stops (as planned) ──▶ child gone ── delay ──▶ child runs ── lives long enough ──▶ count 0
//       │                                             │
//       └── stops otherwise, or once too often ──▶ supervisor stops ◀── final stop message
//
// Users tell and watch the supervisor; it passes everything on to the child.

using Akka.Actor;
using Akka.Event;

namespace Akka.Pattern;

/// <summary>Makes its only child again after a delay that grows. Its Props come from <see
/// cref="Props(BackoffOptions)"/>.</summary>
public sealed partial class BackoffSupervisor : ActorBase
{
    private readonly BackoffPlan _plan;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef? _child;
    private int _restarts;
    private bool _childFailed;
    private bool _isFinal;

    internal BackoffSupervisor(BackoffPlan plan) => _plan = plan;

    /// <summary>As the options say.</summary>
    /// <exception cref="ArgumentException">The delays or the factor are out of range.</exception>
    public static Props Props(BackoffOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Props;
    }

    /// <summary>Makes the child again whenever it stops, without a limit.</summary>
    public static Props Props(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor)
        => PropsWithSupervisorStrategy(
            childProps, childName, minBackoff, maxBackoff, randomFactor, Actor.SupervisorStrategy.DefaultStrategy);

    /// <summary>Makes the child again whenever it stops, up to a number of times.</summary>
    public static Props Props(
        Props childProps,
        string childName,
        TimeSpan minBackoff,
        TimeSpan maxBackoff,
        double randomFactor,
        int maxNrOfRetries)
        => PropsWithSupervisorStrategy(
            childProps,
            childName,
            minBackoff,
            maxBackoff,
            randomFactor,
            ((OneForOneStrategy)Actor.SupervisorStrategy.DefaultStrategy).WithMaxNrOfRetries(maxNrOfRetries));

    /// <summary>Makes the child again whenever it stops, also when the strategy has stopped it.</summary>
    public static Props PropsWithSupervisorStrategy(
        Props childProps,
        string childName,
        TimeSpan minBackoff,
        TimeSpan maxBackoff,
        double randomFactor,
        SupervisorStrategy strategy)
    {
        ArgumentNullException.ThrowIfNull(strategy);
        return new BackoffPlan(BackoffCause.Stop, childProps, childName, minBackoff, maxBackoff, randomFactor)
        {
            Strategy = strategy,
        }.ToProps();
    }

    /// <inheritdoc/>
    protected override void PreStart() => MakeChild();

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => _plan.Cause == BackoffCause.Stop
        ? _plan.Strategy
        : new OneForOneStrategy(
            _plan.Strategy.MaxNumberOfRetries, _plan.Strategy.WithinTimeRangeMilliseconds, Decide);

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Terminated terminated when terminated.ActorRef.Equals(_child):
                OnChildStopped();
                break;
            case StartChild:
                MakeChild();
                if (_plan.AutoReset is { } lifetime)
                    After(lifetime, new ResetRestartCount(_restarts));
                break;
            case Reset when _plan.AutoReset is null:
                _restarts = 0;
                break;
            case Reset:
                Unhandled(message);
                break;
            case ResetRestartCount reset:
                // The child of that count is still the one that runs: it has lived long enough.
                if (reset.Current == _restarts)
                    _restarts = 0;
                break;
            case GetRestartCount:
                Sender.Tell(new RestartCount(_restarts));
                break;
            case GetCurrentChild:
                Sender.Tell(new CurrentChild(_child!));
                break;
            default:
                PassOn(message);
                break;
        }
        return true;
    }

    /// <summary>A restart becomes a stop, after which the child is made again later.</summary>
    private Directive Decide(Exception cause)
    {
        var directive = _plan.Strategy.Decider.Decide(cause);
        if (directive != Directive.Restart)
            return directive;
        if (_plan.AllowsRestart(_restarts + 1))
            _childFailed = true;
        else
            GiveUp();
        return Directive.Stop;
    }

    private void OnChildStopped()
    {
        _child = null;
        var wanted = _plan.Cause == BackoffCause.Stop ? !_isFinal : _childFailed;
        _childFailed = false;
        if (!wanted)
        {
            _log.Debug("Terminating, because child {0} terminated itself", _plan.ChildName);
            Context.Stop(Self);
        }
        else if (_plan.AllowsRestart(_restarts + 1))
        {
            var random = ((ActorSystemImpl)Context.System).Execution.NextRandom();
            After(_plan.DelayAfter(_restarts, random), StartChild.Instance);
            _restarts++;
        }
        else
        {
            GiveUp();
        }
    }

    private void GiveUp()
    {
        _log.Debug("Terminating on restart #{0} which exceeds max allowed restarts ({1})",
            _restarts + 1, _plan.Strategy.MaxNumberOfRetries);
        Context.Stop(Self);
    }

    private void MakeChild() => _child ??= Context.Watch(Context.ActorOf(_plan.ChildProps, _plan.ChildName));

    private void PassOn(object message)
    {
        if (_child is { } child)
        {
            if (child.Equals(Sender))
            {
                Context.Parent.Tell(message);
                return;
            }
            child.Forward(message);
            _isFinal = _isFinal || _plan.IsFinalStopMessage?.Invoke(message) == true;
            return;
        }
        if (_plan.ReplyWhileStopped is { } reply)
            Sender.Tell(reply);
        else
            Context.System.DeadLetters.Forward(message);
        if (_plan.IsFinalStopMessage?.Invoke(message) == true)
            Context.Stop(Self);
    }

    private void After(TimeSpan delay, object message)
        => Context.System.Scheduler.ScheduleTellOnce(delay, Self, message, Self);
}
