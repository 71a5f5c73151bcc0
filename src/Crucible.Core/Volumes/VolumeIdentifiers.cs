namespace Crucible.Core.Volumes;

// Small values with their own type, so that none can stand in for another.

/// <summary>One try at being active, from 1; an answer that carries an older one is stale.</summary>
public readonly record struct Attempt(ulong Value)
{
    public Attempt Next() => new(Value + 1);

    public override string ToString() => $"attempt {Value}";
}

/// <summary>Zero-based position of a region set in <see cref="VcrTree.RegionSets"/>.</summary>
public readonly record struct RegionSetIndex(int Value)
{
    public override string ToString() => $"region set {Value}";
}

/// <summary>Counts the VCRs a volume has had; 1 is the one it was created with.</summary>
public readonly record struct VcrRevision(ulong Value)
{
    public static readonly VcrRevision First = new(1);

    public VcrRevision Next() => new(Value + 1);

    public override string ToString() => $"revision {Value}";
}

/// <summary>Counts what a volume had stored since it was created or recovered, from 1.</summary>
public readonly record struct StoreNumber(ulong Value)
{
    public StoreNumber Next() => new(Value + 1);

    public override string ToString() => $"store {Value}";
}

/// <summary>One request to replace a VCR, named by whoever asks; answered by exactly one effect that carries it.</summary>
public readonly record struct VolumeRequestId(ulong Value)
{
    public override string ToString() => $"request {Value}";
}
