namespace Akka.Dispatch;

/// <summary>Real threads, real time.</summary>
internal sealed class ThreadPoolExecution : IExecution
{
    public TimeProvider Time => TimeProvider.System;

    public void Queue(IThreadPoolWorkItem work) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);

    public IWorkers Dedicate(string name, int threadCount) => new DedicatedThreads(name, threadCount);
}
