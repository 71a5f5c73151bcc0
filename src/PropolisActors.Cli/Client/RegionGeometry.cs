namespace PropolisActors.Cli.Client;

/// <summary>The shape of a region; the servers' regions must have the same.</summary>
/// <param name="BlockSizeBytes">A power of two, 512 to 32768.</param>
/// <param name="BlocksPerExtent">1 or more; an extent may not exceed 512 MiB.</param>
/// <param name="ExtentCount">1 or more.</param>
public sealed record RegionGeometry(ulong BlockSizeBytes, ulong BlocksPerExtent, uint ExtentCount)
{
    public ulong SizeBytes => BlockSizeBytes * BlocksPerExtent * ExtentCount;
}
