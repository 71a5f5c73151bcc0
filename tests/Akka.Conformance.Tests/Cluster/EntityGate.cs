namespace Akka.Conformance.Tests.Cluster;

/// <summary>Holds an entity in a handler until a test opens it.</summary>
public sealed class EntityGate
{
    private readonly ManualResetEventSlim _open = new();

    public void Open() => _open.Set();

    public void Pass()
    {
        if (!_open.Wait(Limits.Long))
            throw new TimeoutException("The test never opened the gate.");
    }
}
