using Crucible.Wire;

namespace Crucible.Net.Regions;

/// <summary>Sees one block as it is stored, unchecked.</summary>
/// <param name="block">Which.</param>
/// <param name="context">Null if it was never written.</param>
/// <param name="stored">Its bytes; valid during the call only.</param>
public delegate void BlockVisitor(BlockIndex block, BlockContext? context, ReadOnlySpan<byte> stored);
