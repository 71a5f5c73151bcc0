using Crucible.Wire;

namespace Crucible.Core.Volumes;

/// <summary>Why a volume is not active and will not become so by waiting.</summary>
/// <param name="RegionSet">The first one that failed.</param>
public sealed record VolumeFailure(RegionSetIndex RegionSet, CrucibleError Error);
