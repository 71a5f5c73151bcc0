using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Replaces the thread pool and the clock of one system, for deterministic runs.</summary>
internal sealed class ExecutionSetup(IExecution execution) : Setup.Setup
{
    public IExecution Execution { get; } = execution;
}
