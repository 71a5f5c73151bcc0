using Propolis.Core.Spec;

namespace Propolis.Core.Migration;

/// <summary>One disk, as its present owner hands it over.</summary>
/// <param name="Disk">The backend key.</param>
/// <param name="VcrJson">The newest VCR. It may hold a key: never print it.</param>
/// <param name="Revision">Rises with every VCR accepted here.</param>
/// <param name="Runs">The highest generation it was activated with.</param>
public sealed record HandOverDisk(SpecKey Disk, string VcrJson, ulong Revision, ulong Runs)
{
    public override string ToString() => $"HandOverDisk {{ Disk = {Disk}, Revision = {Revision}, Runs = {Runs} }}";
}
