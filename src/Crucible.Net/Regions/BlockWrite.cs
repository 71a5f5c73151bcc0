using Crucible.Wire;

namespace Crucible.Net.Regions;

/// <summary>Consecutive blocks that are to be written.</summary>
/// <param name="Contexts">One for each block.</param>
/// <param name="Data">As many blocks.</param>
public readonly record struct BlockWrite(BlockIndex Start, BlockContext[] Contexts, ReadOnlyMemory<byte> Data);
