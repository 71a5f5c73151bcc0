namespace Crucible.Net.Regions;

/// <summary>How a region is opened.</summary>
public sealed record RegionOptions
{
    public static RegionOptions Default { get; } = new();

    /// <summary>Bytes of the journal at which its content moves into the extents. One larger write may exceed
    /// it.</summary>
    public long JournalBytesMax { get; init; } = 64L * 1024 * 1024;

    public IDiskSync Sync { get; init; } = DiskSync.Instance;
}
