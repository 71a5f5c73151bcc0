using System.Globalization;

namespace Akka.Dispatch;

/// <summary>A fixed number of background threads over one queue, started as they are needed.</summary>
/// <remarks>The queue holds at most one turn of each actor, so the number of actors limits it.</remarks>
internal sealed class DedicatedThreads(string name, int count) : IWorkers
{
    private readonly Queue<IThreadPoolWorkItem> _queue = new();
    private readonly object _gate = new();
    private int _started;
    private int _idle;
    private bool _closed;

    public bool TryQueue(IThreadPoolWorkItem work)
    {
        lock (_gate)
        {
            if (_closed)
                return false;
            _queue.Enqueue(work);
            // A thread that was woken but has not run yet still counts as idle; there has to be one for each piece of
            // work.
            if (_queue.Count > _idle && _started < count)
                Start();
            else
                Monitor.Pulse(_gate);
            return true;
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Start()
    {
        var thread = new Thread(Run)
        {
            IsBackground = true,
            Name = string.Create(CultureInfo.InvariantCulture, $"{name}_{++_started}"),
        };
        thread.UnsafeStart();
    }

    private void Run()
    {
        while (Take() is { } work)
            work.Execute();
    }

    private IThreadPoolWorkItem? Take()
    {
        lock (_gate)
        {
            while (true)
            {
                if (_queue.TryDequeue(out var work))
                    return work;
                if (_closed)
                    return null;
                _idle++;
                Monitor.Wait(_gate);
                _idle--;
            }
        }
    }
}
