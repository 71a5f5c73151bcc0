namespace Propolis.Core.Spec;

/// <summary>How large a machine may be.</summary>
/// <param name="CpusMax">Virtual processors; 254 in production builds of the reference, 32 in its others.</param>
/// <param name="MemoryMibMax">Memory in MiB. Our own guess: 16 TiB is beyond any host.</param>
public sealed record SpecBuildLimits(int CpusMax, ulong MemoryMibMax)
{
    public static SpecBuildLimits Default { get; } = new(CpusMax: 254, MemoryMibMax: 16 * 1024 * 1024);
}
