using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>Runs asynchronous code as part of the current actor's message.</summary>
public static class ActorTaskScheduler
{
    /// <summary>Runs the action; what it awaits is waited for before the next message.</summary>
    public static void RunTask(Action action) => RunTask(() =>
    {
        action();
        return Task.CompletedTask;
    });

    /// <summary>Runs the action; the actor takes no further user message until the task ends.</summary>
    /// <exception cref="InvalidOperationException">Called outside an actor.</exception>
    public static void RunTask(Func<Task> asyncAction)
    {
        var cell = ActorCell.Current
            ?? throw new InvalidOperationException("RunTask must be called from an actor context.");
        cell.RunTask(asyncAction);
    }
}
