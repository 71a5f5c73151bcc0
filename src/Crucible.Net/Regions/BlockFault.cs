using Crucible.Wire;

namespace Crucible.Net.Regions;

/// <summary>A block that is not what it should be.</summary>
/// <param name="Block">Which.</param>
/// <param name="Why">What is wrong, to follow a colon.</param>
public readonly record struct BlockFault(BlockIndex Block, string Why);
