namespace Crucible.Net;

/// <summary>
/// A disk as its user sees it. Offsets and lengths are bytes and must be whole blocks.
/// </summary>
/// <remarks>
/// A volatile write cache: a write is complete when it was accepted, and durable only after a later
/// <see cref="FlushAsync"/> succeeded. Overlapping operations act in the order in which the calls were made.
/// Every call is answered with a result; a call throws only for a cancelled token.
/// </remarks>
public interface IBlockDevice
{
    /// <summary>Bytes in a block: a power of two, 512 to 32768.</summary>
    ulong BlockSizeBytes { get; }

    /// <summary>Bytes in the whole device: a multiple of <see cref="BlockSizeBytes"/>.</summary>
    ulong SizeBytes { get; }

    /// <summary>Writes are refused with <c>ModifyingReadOnlyRegion</c>.</summary>
    bool ReadOnly { get; }

    /// <summary>Fills <paramref name="destination"/> with the bytes at <paramref name="offsetBytes"/>.</summary>
    /// <remarks>After an error or a cancellation the destination's content is unspecified.</remarks>
    ValueTask<IoResult> ReadAsync(ulong offsetBytes, Memory<byte> destination, CancellationToken ct);

    /// <summary>Writes <paramref name="data"/> at <paramref name="offsetBytes"/>.</summary>
    /// <remarks>
    /// The caller may reuse its buffer when the returned task is complete. A cancelled write may have been
    /// carried out in whole or in part.
    /// </remarks>
    ValueTask<IoResult> WriteAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct);

    /// <summary>Makes every write that was complete before this call durable.</summary>
    ValueTask<IoResult> FlushAsync(CancellationToken ct);
}
