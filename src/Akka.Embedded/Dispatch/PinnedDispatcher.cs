namespace Akka.Dispatch;

/// <summary>One actor on one thread of its own, which ends with the actor. Every actor gets another instance.</summary>
public sealed class PinnedDispatcher : Dispatcher
{
    internal PinnedDispatcher(string id, int throughput, IExecution execution)
        : base(id, throughput, execution, execution.Dedicate(id, threadCount: 1))
    {
    }

    internal override void Leave() => Close();
}
