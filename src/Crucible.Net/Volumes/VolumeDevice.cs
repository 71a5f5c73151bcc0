using Crucible.Core.Volumes;
using Crucible.Wire;

namespace Crucible.Net.Volumes;

/// <summary>
/// One disk made of parts laid end to end. The pieces of a read or write go to their parts at once, and the operation
/// ends when all of them have; so no part still uses a caller's buffer when the call is over, even after a cancellation.
/// </summary>
/// <remarks>
/// Requests are checked against the whole disk before any part sees them. Pieces are handed over before the call first
/// waits, so the order of calls is kept in each part. A write that fails may have been carried out in some parts.
/// </remarks>
public sealed class VolumeDevice : IVolumePart
{
    private static readonly IoResult OffsetUnaligned = Failed(CrucibleErrorKind.OffsetUnaligned);
    private static readonly IoResult DataLenUnaligned = Failed(CrucibleErrorKind.DataLenUnaligned);
    private static readonly IoResult OffsetInvalid = Failed(CrucibleErrorKind.OffsetInvalid);
    private static readonly IoResult ModifyingReadOnly = Failed(CrucibleErrorKind.ModifyingReadOnlyRegion);

    private readonly IVolumePart[] _parts;
    private readonly BlockMap _map;

    /// <summary>Lays the parts end to end; they stay their owner's to dispose of.</summary>
    /// <param name="parts">In address order; at least one, all of one block size.</param>
    /// <exception cref="ArgumentException">No parts, or block sizes differ.</exception>
    public VolumeDevice(params ReadOnlySpan<IVolumePart> parts)
    {
        if (parts.IsEmpty)
            throw new ArgumentException("a volume has at least one part", nameof(parts));
        _parts = parts.ToArray();
        BlockSizeBytes = _parts[0].BlockSizeBytes;
        if (!_parts.All(p => p.BlockSizeBytes == BlockSizeBytes))
            throw new ArgumentException("all parts have one block size", nameof(parts));
        _map = new BlockMap([.. _parts.Select(p => p.SizeBytes / BlockSizeBytes)]);
        ReadOnly = _parts.Any(p => p.ReadOnly);
    }

    public ulong BlockSizeBytes { get; }

    public ulong SizeBytes => _map.TotalBlocks * BlockSizeBytes;

    /// <summary>True if any part is: a write that only some parts take would be worse than none.</summary>
    public bool ReadOnly { get; }

    public ValueTask<IoResult> ReadAsync(ulong offsetBytes, Memory<byte> destination, CancellationToken ct)
    {
        if (Refusal(offsetBytes, destination.Length) is { } refusal)
            return new ValueTask<IoResult>(refusal);
        if (destination.IsEmpty)
            return new ValueTask<IoResult>(IoResult.Ok);
        if (_parts.Length == 1)
            return _parts[0].ReadAsync(offsetBytes, destination, ct);
        return AllAsync([.. Pieces(offsetBytes, destination.Length).Select(p =>
            _parts[p.Part].ReadAsync(p.OffsetBytes, destination.Slice(p.Before, p.Length), ct).AsTask())]);
    }

    public ValueTask<IoResult> ReadWrittenAsync(
        ulong offsetBytes, Memory<byte> destination, Memory<bool> written, CancellationToken ct)
    {
        if (Refusal(offsetBytes, destination.Length) is { } refusal)
            return new ValueTask<IoResult>(refusal);
        if (destination.IsEmpty)
            return new ValueTask<IoResult>(IoResult.Ok);
        if (_parts.Length == 1)
            return _parts[0].ReadWrittenAsync(offsetBytes, destination, written, ct);
        var block = (int)BlockSizeBytes;
        return AllAsync([.. Pieces(offsetBytes, destination.Length).Select(p => _parts[p.Part].ReadWrittenAsync(
            p.OffsetBytes, destination.Slice(p.Before, p.Length), written.Slice(p.Before / block, p.Length / block), ct).AsTask())]);
    }

    public ValueTask<IoResult> WriteAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct) =>
        WriteAsync(offsetBytes, data, static (part, at, piece, token) => part.WriteAsync(at, piece, token), ct);

    public ValueTask<IoResult> WriteUnwrittenAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct) =>
        WriteAsync(offsetBytes, data, static (part, at, piece, token) => part.WriteUnwrittenAsync(at, piece, token), ct);

    public ValueTask<IoResult> FlushAsync(CancellationToken ct) => _parts.Length == 1
        ? _parts[0].FlushAsync(ct)
        : AllAsync([.. _parts.Select(p => p.FlushAsync(ct).AsTask())]);

    private ValueTask<IoResult> WriteAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, PieceWrite write, CancellationToken ct)
    {
        if (ReadOnly)
            return new ValueTask<IoResult>(ModifyingReadOnly);
        if (Refusal(offsetBytes, data.Length) is { } refusal)
            return new ValueTask<IoResult>(refusal);
        if (data.IsEmpty)
            return new ValueTask<IoResult>(IoResult.Ok);
        if (_parts.Length == 1)
            return write(_parts[0], offsetBytes, data, ct);
        return AllAsync([.. Pieces(offsetBytes, data.Length).Select(p =>
            write(_parts[p.Part], p.OffsetBytes, data.Slice(p.Before, p.Length), ct).AsTask())]);
    }

    /// <summary>Waits for every piece; the answer is the first error in address order.</summary>
    private static async ValueTask<IoResult> AllAsync(Task<IoResult>[] pieces)
    {
        var results = await Task.WhenAll(pieces).ConfigureAwait(false);
        return results.FirstOrDefault(r => !r.IsOk);
    }

    private IoResult? Refusal(ulong offsetBytes, int length)
    {
        if (offsetBytes % BlockSizeBytes != 0)
            return OffsetUnaligned;
        if ((ulong)length % BlockSizeBytes != 0)
            return DataLenUnaligned;
        var beyond = offsetBytes > SizeBytes || (ulong)length > SizeBytes - offsetBytes;
        return length > 0 && beyond ? OffsetInvalid : null;
    }

    private List<Piece> Pieces(ulong offsetBytes, int length)
    {
        var blocks = new List<BlockPiece>();
        if (_map.Split(new BlockIndex(offsetBytes / BlockSizeBytes), (ulong)length / BlockSizeBytes, blocks) is { } error)
            throw new System.Diagnostics.UnreachableException($"{error}, though the range was checked");
        return blocks.ConvertAll(b => new Piece(
            b.SubVolume,
            b.Start.Value * BlockSizeBytes,
            (int)(b.Before * BlockSizeBytes),
            (int)(b.BlockCount * BlockSizeBytes)));
    }

    private static IoResult Failed(CrucibleErrorKind kind) => IoResult.Failed(new CrucibleError.Plain(kind));

    private delegate ValueTask<IoResult> PieceWrite(
        IVolumePart part, ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct);

    /// <summary>A piece in bytes: where in its part, and where in the caller's buffer.</summary>
    private readonly record struct Piece(int Part, ulong OffsetBytes, int Before, int Length);
}
