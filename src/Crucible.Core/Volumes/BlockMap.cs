using Crucible.Wire;

namespace Crucible.Core.Volumes;

/// <summary>
/// Where the blocks of a volume are: sub-volumes laid end to end from block 0. All numbers are blocks; intersections
/// are half-open.
/// </summary>
public sealed class BlockMap
{
    private static readonly CrucibleError OffsetInvalid = new CrucibleError.Plain(CrucibleErrorKind.OffsetInvalid);

    /// <summary>The first block of each sub-volume, and after them the size of the whole.</summary>
    private readonly ulong[] _starts;

    /// <summary>Lays sub-volumes end to end.</summary>
    /// <param name="sizesBlocks">Of each sub-volume, in address order; may be empty.</param>
    /// <exception cref="OverflowException">The sum does not fit 64 bits.</exception>
    public BlockMap(params ReadOnlySpan<ulong> sizesBlocks)
    {
        _starts = new ulong[sizesBlocks.Length + 1];
        for (var i = 0; i < sizesBlocks.Length; i++)
            _starts[i + 1] = checked(_starts[i] + sizesBlocks[i]);
    }

    /// <summary>Blocks in the whole volume.</summary>
    public ulong TotalBlocks => _starts[^1];

    /// <summary>
    /// Splits <c>[start, start + count)</c> over the sub-volumes. The range is checked once, against the whole, before
    /// anything is split; a request of no blocks succeeds wherever it is.
    /// </summary>
    /// <param name="pieces">Gets the pieces added at its end, in address order; none is empty, and together they are the range.</param>
    /// <returns>Null, or <c>OffsetInvalid</c> with nothing added.</returns>
    public CrucibleError? Split(BlockIndex start, ulong count, ICollection<BlockPiece> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        if (count == 0)
            return null;
        if (start.Value >= TotalBlocks || count > TotalBlocks - start.Value)
            return OffsetInvalid;
        var end = start.Value + count;
        for (var i = 0; i < _starts.Length - 1; i++)
        {
            var from = Math.Max(start.Value, _starts[i]);
            var to = Math.Min(end, _starts[i + 1]);
            if (from < to)
                pieces.Add(new BlockPiece(i, new BlockIndex(from - _starts[i]), to - from, from - start.Value));
        }

        return null;
    }
}
