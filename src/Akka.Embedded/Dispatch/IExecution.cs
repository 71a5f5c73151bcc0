namespace Akka.Dispatch;

/// <summary>Where actors run and what time it is: the only place that schedules work or reads a clock.</summary>
/// <remarks>A deterministic implementation picks the order of <see cref="Queue"/>d work itself and owns a virtual
/// clock.</remarks>
internal interface IExecution
{
    /// <summary>The clock, and the timers that wake the scheduler.</summary>
    TimeProvider Time { get; }

    /// <summary>Runs the work some time soon; never inline.</summary>
    void Queue(IThreadPoolWorkItem work);

    /// <summary>A number from 0 to below 1.</summary>
    double NextRandom() => Random.Shared.NextDouble();

    /// <summary>Threads that serve a queue of their own; null where all work has to be one queue.</summary>
    IWorkers? Dedicate(string name, int threadCount) => null;
}
