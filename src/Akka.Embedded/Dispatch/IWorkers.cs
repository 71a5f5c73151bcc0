namespace Akka.Dispatch;

/// <summary>Threads that serve one queue and nothing else.</summary>
internal interface IWorkers
{
    /// <summary>Runs the work some time soon on one of the threads. False when they have been closed.</summary>
    bool TryQueue(IThreadPoolWorkItem work);

    /// <summary>Takes no more work; the threads end after what is queued.</summary>
    void Close();
}
