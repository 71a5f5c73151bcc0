// The ordered end of a system: tasks in phases, each phase after those it depends on, the last of which stops the
// actors.
//
//   Terminate ─┐
//   host stops ├─▶ Run: the first call decides ─▶ phase ─▶ phase ─▶ … ─▶ actor-system-terminate ─▶ (exit)
//   exit hook ─┘                                  tasks together, each phase with a limit
//
// Not here: reading the phases (ShutdownPhases), the actors and the process (ProcessEnd).

using Akka.Event;

namespace Akka.Actor;

/// <summary>Runs what must happen before a system ends, phase by phase.</summary>
/// <remarks>Phases come from <c>akka.coordinated-shutdown.phases</c>. Tasks of one phase run together; the next phase
/// waits for all of them, for as long as the phase's timeout allows. A task that fails or is late is logged and the run
/// goes on, unless the phase says <c>recover = off</c>: then the run ends there and the later phases do not
/// happen.</remarks>
public sealed partial class CoordinatedShutdown : IExtension
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<ShutdownTask>> _tasks = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<Done> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ShutdownPhases _phases;
    private readonly ILoggingAdapter _log;

    // Where a run in virtual time has all its work; null in real runs, whose waiting must not end up in a calling actor.
    private readonly TaskScheduler? _loop;
    private Reason? _reason;

    internal CoordinatedShutdown(ExtendedActorSystem system, ShutdownPhases phases)
    {
        System = system;
        _phases = phases;
        _loop = ((ActorSystemImpl)system).Execution.Deliveries;
        _log = Logging.GetLogger(system, typeof(CoordinatedShutdown));
    }

    /// <summary>The system that ends.</summary>
    public ExtendedActorSystem System { get; }

    /// <summary>Why the run was started; null before it is.</summary>
    public Reason ShutdownReason => Volatile.Read(ref _reason)!;

    /// <summary>The longest a run can take: the timeouts of all phases that have a task.</summary>
    public TimeSpan TotalTimeout
    {
        get
        {
            lock (_gate)
                return _tasks.Keys.Aggregate(TimeSpan.Zero, (sum, phase) => sum + _phases.Find(phase)!.Timeout);
        }
    }

    /// <summary>The system's instance, made if need be.</summary>
    public static CoordinatedShutdown Get(ActorSystem sys)
    {
        ArgumentNullException.ThrowIfNull(sys);
        return sys.WithExtension<CoordinatedShutdown, CoordinatedShutdownExtension>();
    }

    /// <summary>Adds a task to a phase. Once the phase has begun it is too late and the task does not run.</summary>
    /// <param name="phase">One of the constants here, or a phase of one's own from the configuration.</param>
    /// <param name="taskName">Names the task in the log.</param>
    /// <param name="task">Starts the task. It is called on the thread that ended the phase before.</param>
    /// <exception cref="Akka.Configuration.ConfigurationException">There is no such phase.</exception>
    public void AddTask(string phase, string taskName, Func<Task<Done>> task)
    {
        ArgumentNullException.ThrowIfNull(phase);
        ArgumentNullException.ThrowIfNull(task);
        if (_phases.Find(phase) is null)
        {
            throw new Configuration.ConfigurationException(
                $"Unknown phase [{phase}], known phases [{string.Join(",", _phases.Names)}]. All phases (along with " +
                "their optional dependencies) must be defined in configuration.");
        }
        lock (_gate)
        {
            if (!_tasks.TryGetValue(phase, out var tasks))
                _tasks[phase] = tasks = [];
            tasks.Add(new ShutdownTask(taskName, task));
        }
    }

    /// <summary>The limit of a phase.</summary>
    /// <exception cref="ArgumentException">There is no such phase.</exception>
    public TimeSpan Timeout(string phase) => _phases.Find(phase)?.Timeout
        ?? throw new ArgumentException($"Unknown phase [{phase}]. All phases must be defined in configuration.");

    /// <summary>Runs the phases, once: only the first call starts anything.</summary>
    /// <param name="reason">Why; readable in <see cref="ShutdownReason"/>.</param>
    /// <param name="fromPhase">Where to begin, null for the first phase. From an unknown phase nothing runs.</param>
    /// <returns>The same task for every call. It ends with the last phase, or fails with what a task of a phase without
    /// recovery threw, or with a <see cref="TimeoutException"/> of such a phase.</returns>
    public Task<Done> Run(Reason reason, string? fromPhase = null)
    {
        ArgumentNullException.ThrowIfNull(reason);
        // The outcome is in _end, whoever started it.
        if (Interlocked.CompareExchange(ref _reason, reason, null) is not null)
            return _end.Task;
        if (_loop is null)
            _ = RunPhasesAsync(fromPhase);
        else
            _ = Task.Factory.StartNew(() => RunPhasesAsync(fromPhase), default, TaskCreationOptions.None, _loop);
        return _end.Task;
    }

    private async Task RunPhasesAsync(string? fromPhase)
    {
        try
        {
            foreach (var phase in _phases.From(fromPhase))
                await RunPhaseAsync(phase).ConfigureAwait(_loop is not null);
            _end.SetResult(Done.Instance);
        }
        catch (Exception cause)
        {
            // The outermost edge: what a phase without recovery met is the outcome of the run.
            _end.SetException(cause);
        }
    }

    private async Task RunPhaseAsync(ShutdownPhase phase)
    {
        ShutdownTask[] tasks;
        lock (_gate)
            tasks = _tasks.TryGetValue(phase.Name, out var added) ? [.. added] : [];
        if (_log.IsDebugEnabled)
        {
            _log.Debug("Performing phase [{0}] with [{1}] tasks: [{2}]",
                phase.Name, tasks.Length, string.Join(", ", tasks.Select(task => task.Name)));
        }
        if (tasks.Length == 0)
            return;

        var work = Task.WhenAll(tasks.Select(task => RunTaskAsync(phase, task)));
        if (await EndsWithinAsync(work, phase.Timeout).ConfigureAwait(_loop is not null))
            await work.ConfigureAwait(_loop is not null);
        else if (phase.Recover)
            _log.Warning("Coordinated shutdown phase [{0}] timed out after {1}", phase.Name, phase.Timeout);
        else
            throw new TimeoutException($"Coordinated shutdown phase [{phase.Name}] timed out after {phase.Timeout}");
    }

    private async Task RunTaskAsync(ShutdownPhase phase, ShutdownTask task)
    {
        try
        {
            await task.Start().ConfigureAwait(_loop is not null);
        }
        catch (Exception cause) when (phase.Recover)
        {
            // The outermost edge of a task: one that fails must not keep the system from ending.
            _log.Warning("Task [{0}] failed in phase [{1}]: {2}", task.Name, phase.Name, cause.Message);
        }
    }

    /// <summary>Whether the work ended before the limit, by the system's scheduler.</summary>
    private async Task<bool> EndsWithinAsync(Task work, TimeSpan limit)
    {
        if (work.IsCompleted)
            return true;
        var late = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var timer = new Cancelable(System.Scheduler);
        try
        {
            System.Scheduler.Advanced.ScheduleOnce(limit, late.SetResult, timer);
        }
        catch (SchedulerException)
        {
            // The system has ended already, and its clock with it. What is left to do is waited for.
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        }
        await Task.WhenAny(work, late.Task).ConfigureAwait(_loop is not null);
        timer.Cancel();
        return work.IsCompleted;
    }

    private readonly record struct ShutdownTask(string Name, Func<Task<Done>> Start);
}
