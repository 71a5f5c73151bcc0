namespace Akka.Deterministic;

/// <summary>Runs what is to be done with the result of a task on the loop, as a step of its own.</summary>
internal sealed class LoopTaskScheduler(DeterministicDispatcher loop) : TaskScheduler
{
    public override int MaximumConcurrencyLevel => 1;

    // The only tasks given to it are those of PipeTo, which do no more than tell.
    protected override void QueueTask(Task task) => loop.AddDelivery("result", () => TryExecuteTask(task));

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
