using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Deterministic;

/// <summary>One thread, virtual time, and one source of choices: the loop under a deterministic system.</summary>
/// <remarks>
/// Whatever could run is a <see cref="Step"/> in one list. Each round the choices pick one of it; when the list is empty, time
/// moves to the next timer, and all timers of that moment become ready together. Nothing else decides an order.
/// </remarks>
internal sealed class DeterministicDispatcher : IExecution
{
    private readonly List<Step> _ready = [];
    private readonly List<int> _choicesMade = [];
    private readonly LoopContext _context;
    private readonly StepRecorder _recorder;
    private readonly VirtualTime _time;
    private IChoices _choices;
    private int _thread = Environment.CurrentManagedThreadId;
    private long _number;
    private long _current;
    private bool _running;
    private Func<bool>? _stopChoosing;
    private volatile EscapedWorkException? _escaped;

    public DeterministicDispatcher(IChoices choices)
    {
        _choices = choices;
        _time = new VirtualTime(this);
        _context = new LoopContext(this);
        _recorder = new StepRecorder(this);
        Deliveries = new LoopTaskScheduler(this);
    }

    public TimeProvider Time => _time;

    public TimeSpan Elapsed => _time.Elapsed;

    public IStepObserver Observer => _recorder;

    public TaskScheduler Deliveries { get; }

    public RunTrace Trace { get; init; } = new();

    /// <summary>One index for every moment at which more than one step was ready.</summary>
    public IReadOnlyList<int> ChoicesMade => _choicesMade;

    /// <summary>Steps run so far.</summary>
    public long StepsRun { get; private set; }

    /// <summary>Steps one call may run before it is taken for an endless loop.</summary>
    public int StepsMax { get; init; } = 1_000_000;

    /// <summary>Always the middle: choices of steps decide a run, and nothing else does.</summary>
    public double NextRandom() => 0.5;

    /// <summary>Whether this is the thread the system runs on.</summary>
    public bool IsDriving => Environment.CurrentManagedThreadId == Volatile.Read(ref _thread);

    /// <summary>Whether another thread has taken part.</summary>
    public bool HasEscaped => _escaped is not null;

    public void Queue(IThreadPoolWorkItem work)
    {
        if (work is ActorCell { SelfRef: var actor })
            Add("turn", NameOf(actor), work.Execute, context: _context, actor: actor.Path.Uid);
        else
            Add("turn", work.GetType().Name, work.Execute, context: _context, touchesAll: true);
    }

    public void Complete(string label, Action completion) => Add("answer", label, completion, touchesAll: true);

    public IScheduler CreateScheduler(Config config, ILoggingAdapter log) => new VirtualScheduler(config, log, _time);

    public void AddTimer(string label, Action action, Func<bool> isOff) => Add("timer", label, action, isOff, touchesAll: true);

    public void AddContinuation(string label, Action action)
        => Add("await", label, action, context: _context, touchesAll: true);

    public void AddDelivery(string label, Action action) => Add("pipe", label, action);

    public void AddSend(string label, Action action, bool touchesAll) => Add("send", label, action, touchesAll: touchesAll);

    /// <summary>Notes work of a thread other than the driving one, which the next run of the loop throws.</summary>
    public bool CheckThread(string what)
    {
        if (IsDriving)
            return true;
        _escaped ??= new EscapedWorkException(what);
        return false;
    }

    /// <summary>Runs steps until the condition holds, or nothing is left to run up to that time.</summary>
    /// <returns>Whether the condition holds.</returns>
    /// <exception cref="EscapedWorkException">Another thread took part.</exception>
    public bool Run(Func<bool> until, TimeSpan limit)
    {
        if (_running)
            throw new InvalidOperationException("A step cannot run the loop it is a step of.");
        // The caller may hold a context or scheduler of its own, which would send continuations to other threads.
        var outer = SynchronizationContext.Current;
        var sender = ActorCell.AmbientSenderOrNull;
        ActorCell.SetAmbientSender(null);
        SynchronizationContext.SetSynchronizationContext(null);
        Volatile.Write(ref _thread, Environment.CurrentManagedThreadId);
        _running = true;
        try
        {
            var loop = new Task<bool>(() => Loop(until, limit));
            loop.RunSynchronously(TaskScheduler.Default);
            return loop.GetAwaiter().GetResult();
        }
        finally
        {
            _running = false;
            SynchronizationContext.SetSynchronizationContext(outer);
            ActorCell.SetAmbientSender(sender);
        }
    }

    /// <summary>Runs all that is ready, oldest first; these are no choices.</summary>
    public void Settle()
    {
        var choices = _choices;
        _choices = GivenChoices.OldestFirst;
        try
        {
            Run(static () => false, Elapsed);
        }
        finally
        {
            _choices = choices;
        }
    }

    /// <summary>From now on what has been ready longest runs, and that is no choice any more.</summary>
    public void StopChoosing() => _choices = GivenChoices.OldestFirst;

    /// <summary>From the first step before which the condition holds, the rest is no choice any more.</summary>
    public void StopChoosingWhen(Func<bool> condition) => _stopChoosing = condition;

    /// <summary>Takes the arrival of messages of that type for unimportant.</summary>
    public void IgnoreOrderOf(Type message) => _recorder.IgnoreOrderOf(message);

    /// <summary>A name for the trace: the path without address, or the type.</summary>
    public static string NameOf(object? thing) => thing switch
    {
        IActorRef { Path: { } path } => path.ToStringWithoutAddress(),
        TimerMessage timer => NameOf(timer.Message),
        null => "nobody",
        _ => thing.GetType().Name,
    };

    private void Add(
        string kind,
        string label,
        Action action,
        Func<bool>? isOff = null,
        bool touchesAll = false,
        SynchronizationContext? context = null,
        long actor = 0)
    {
        // Work of another thread has no place in the order. It is dropped: the run is over.
        if (CheckThread($"{kind} {label} was queued"))
        {
            _ready.Add(new Step(++_number, kind, label, action)
            {
                Cause = _current,
                Actor = actor,
                IsOff = isOff,
                TouchesAll = touchesAll,
                Context = context,
            });
        }
    }

    private bool Loop(Func<bool> until, TimeSpan limit)
    {
        for (var steps = 0; ; steps++)
        {
            if (_escaped is { } escaped)
                throw escaped;
            if (until())
                return true;
            _ready.RemoveAll(step => step.IsOff?.Invoke() == true);
            if (_ready.Count == 0)
            {
                if (!_time.TryAdvance(limit))
                    return until();
                continue;
            }
            if (steps >= StepsMax)
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"No end after {steps} steps."));
            if (_stopChoosing?.Invoke() == true)
                _choices.Stop();
            RunOne();
        }
    }

    private void RunOne()
    {
        var index = _choices.Choose(_ready);
        var step = _ready[index];
        if (_ready.Count > 1 && _choices is not GivenChoices { IsFixed: true })
            _choicesMade.Add(index);
        if (!Trace.IsOff)
            Trace.Add(Elapsed, string.Create(CultureInfo.InvariantCulture, $"{index}/{_ready.Count} {step}"));
        _ready.RemoveAt(index);
        var touched = _recorder.Begin(step);
        _current = step.Number;
        SynchronizationContext.SetSynchronizationContext(step.Context);
        try
        {
            step.Run();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(null);
            _recorder.End();
            _current = 0;
            StepsRun++;
        }
        _choices.Ran(step, touched);
    }
}
