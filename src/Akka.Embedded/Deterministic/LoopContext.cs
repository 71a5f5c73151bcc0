namespace Akka.Deterministic;

/// <summary>Where awaits of code started by an actor come back to: the loop, as a step of their own.</summary>
internal sealed class LoopContext(DeterministicDispatcher loop) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) => loop.AddContinuation("await", () => d(state));

    /// <summary>Not possible.</summary>
    /// <exception cref="NotSupportedException">Always: one thread cannot wait for itself.</exception>
    public override void Send(SendOrPostCallback d, object? state)
        => throw new NotSupportedException("A step cannot wait for another step.");

    public override SynchronizationContext CreateCopy() => this;
}
