namespace Propolis.Core.Lifecycle;

/// <summary>Numbers the things a VM's machine was told to do; an answer to any but the latest is stale.</summary>
public readonly record struct Attempt(int Value)
{
    /// <summary>Before the machine was told anything.</summary>
    public static Attempt None => new(0);

    public Attempt Next() => new(Value + 1);

    public override string ToString() => $"attempt {Value}";
}
