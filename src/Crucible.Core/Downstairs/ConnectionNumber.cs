namespace Crucible.Core.Downstairs;

/// <summary>One accepted connection of a disk server; never reused, so what concerns an ended one is known as
/// stale.</summary>
public readonly record struct ConnectionNumber(ulong Value)
{
    public override string ToString() => $"connection {Value}";
}
