namespace PropolisActors.Benchmarks.Service;

/// <summary>How a <see cref="MemoryServer"/> behaves.</summary>
internal enum ServerKind
{
    /// <summary>Answers at once.</summary>
    Quick,

    /// <summary>Takes the time of a disk to promote an upstairs; else answers at once.</summary>
    SlowPromotion,

    /// <summary>Takes half a second to copy an extent; else answers at once.</summary>
    SlowCopy,

    /// <summary>A black hole: takes the connection and says nothing.</summary>
    Silent,
}
