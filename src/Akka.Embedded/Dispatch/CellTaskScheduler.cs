using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>Runs the continuations of one actor's asynchronous handlers on that actor's own turn.</summary>
internal sealed class CellTaskScheduler(ActorCell cell) : TaskScheduler
{
    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs a task queued earlier. Called on the actor's turn only.</summary>
    public void Run(Task task) => TryExecuteTask(task);

    protected override void QueueTask(Task task) => cell.SendSystemMessage(new SystemMessage.Continue(task));

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued)
        => !taskWasPreviouslyQueued && ReferenceEquals(ActorCell.Current, cell) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
