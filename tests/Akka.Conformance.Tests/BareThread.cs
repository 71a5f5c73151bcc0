using System.Runtime.ExceptionServices;

namespace Akka.Conformance.Tests;

/// <summary>A thread that never ran an actor or a test.</summary>
/// <remarks>The packages' test kit leaves the test actor's context behind on the threads that run tests, pool threads
/// included. Only a thread of one's own is surely outside every actor.</remarks>
public static class BareThread
{
    /// <summary>Runs the action there and returns when it has ended.</summary>
    /// <exception cref="Exception">Whatever the action threw.</exception>
    public static void Run(Action action)
    {
        Exception? thrown = null;
        var thread = new Thread(() => thrown = Record.Exception(action)) { IsBackground = true };
        thread.Start();
        Assert.True(thread.Join(Limits.Long));
        if (thrown is not null)
            ExceptionDispatchInfo.Throw(thrown);
    }
}
