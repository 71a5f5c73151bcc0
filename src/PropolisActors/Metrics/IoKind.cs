namespace PropolisActors.Metrics;

/// <summary>What a guest asks of a disk.</summary>
public enum IoKind
{
    Read,
    Write,
    Flush,
}
