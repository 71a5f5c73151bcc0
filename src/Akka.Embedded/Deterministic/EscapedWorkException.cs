namespace Akka.Deterministic;

/// <summary>Another thread touched a deterministic system, so its run cannot be repeated.</summary>
/// <remarks>The usual causes: <c>Task.Run</c>, a real timer or socket, or a task source that runs its continuations
/// asynchronously and is awaited with <c>ConfigureAwait(false)</c>.</remarks>
public sealed class EscapedWorkException : Exception
{
    internal EscapedWorkException(string what)
        : base($"{what} by a thread that does not drive the deterministic system: some work has escaped to it.")
    {
    }
}
