using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Dispatch;

/// <summary>Where actors run and what time it is: the only place that schedules work or reads a clock.</summary>
/// <remarks>A deterministic implementation picks the order of <see cref="Queue"/>d work itself and owns a virtual
/// clock.</remarks>
internal interface IExecution
{
    /// <summary>The clock, and the timers that wake the scheduler.</summary>
    TimeProvider Time { get; }

    /// <summary>Sees every message, null in real runs.</summary>
    IStepObserver? Observer => null;

    /// <summary>Where the results of piped tasks are told; null: wherever the task ends.</summary>
    TaskScheduler? Deliveries => null;

    /// <summary>Runs the work some time soon; never inline.</summary>
    void Queue(IThreadPoolWorkItem work);

    /// <summary>Completes the task of an ask, whose continuations are to run some time soon and never inline.</summary>
    void Complete(string label, Action completion) => completion();

    /// <summary>The scheduler of a system whose configuration names none.</summary>
    IScheduler CreateScheduler(Config config, ILoggingAdapter log) => new DueTimeScheduler(config, log, this);

    /// <summary>A number from 0 to below 1.</summary>
    double NextRandom() => Random.Shared.NextDouble();

    /// <summary>Threads that serve a queue of their own; null where all work has to be one queue.</summary>
    IWorkers? Dedicate(string name, int threadCount) => null;
}
