using Crucible.Wire;

namespace Crucible.Core.Volumes;

/// <summary>The part of a request that falls to one sub-volume.</summary>
/// <param name="SubVolume">Zero-based.</param>
/// <param name="Start">Counted from the start of the sub-volume.</param>
/// <param name="BlockCount">At least 1.</param>
/// <param name="Before">Blocks of the request that come before this piece.</param>
public readonly record struct BlockPiece(int SubVolume, BlockIndex Start, ulong BlockCount, ulong Before);
