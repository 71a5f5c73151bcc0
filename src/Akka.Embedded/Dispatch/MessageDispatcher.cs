namespace Akka.Dispatch;

/// <summary>What gives actors their turns. Configured by a block such as
/// <c>akka.actor.default-dispatcher</c>.</summary>
public abstract class MessageDispatcher
{
    private protected MessageDispatcher(string id, int throughput)
    {
        Id = id;
        Throughput = throughput;
    }

    /// <summary>Path of the configuration block.</summary>
    public string Id { get; }

    /// <summary>Messages an actor may handle in one turn before others get theirs.</summary>
    public int Throughput { get; }

    /// <summary>Runs an actor's turn some time soon; never inline.</summary>
    internal abstract void Queue(IThreadPoolWorkItem turn);

    /// <summary>An actor that had its turns here has stopped.</summary>
    internal virtual void Leave()
    {
    }

    /// <summary>The system has ended.</summary>
    internal virtual void Close()
    {
    }
}
