namespace Akka.Dispatch;

/// <summary>Gives turns on the threads that everything shares, or on threads of its own.</summary>
public class Dispatcher : MessageDispatcher
{
    private readonly IExecution _execution;
    private readonly IWorkers? _workers;

    internal Dispatcher(string id, int throughput, IExecution execution, IWorkers? workers)
        : base(id, throughput)
    {
        _execution = execution;
        _workers = workers;
    }

    internal override void Queue(IThreadPoolWorkItem turn)
    {
        // A stopped actor still takes turns, to drop what it is told; they need no thread of its own.
        if (_workers is null || !_workers.TryQueue(turn))
            _execution.Queue(turn);
    }

    internal override void Close() => _workers?.Close();
}
