using System.Buffers;
using Crucible.Core.Volumes;

namespace Crucible.Net.Volumes;

// Reads ask the volume's own blocks first and the parent only for those that were never written, so that a disk whose blocks
// are its own pays nothing for its parent. The reference reads the parent first and lays the own blocks over it; both give
// the same bytes.

/// <summary>
/// A disk whose blocks, as long as they were never written, are those of a read-only parent. Writes and flushes never reach
/// the parent. Blocks beyond the parent's end read as zeros.
/// </summary>
/// <remarks>
/// A part that cannot change remembers which of its blocks were written, so a read through a long chain of parents asks only
/// the one that has the block. A part that can change is always asked: another upstairs might have taken it over.
/// </remarks>
public sealed class ParentedDevice : IVolumePart
{
    /// <summary>Together 8 MiB for each level; a guess.</summary>
    private const int MapPagesMax = 1024;

    private readonly IVolumePart _own;
    private readonly WrittenMap? _map;
    private readonly Lock _mapLock = new();
    private IVolumePart? _parent;

    /// <summary>Lays a part over its parent; both stay their owner's to dispose of.</summary>
    /// <exception cref="ArgumentException">Block sizes differ.</exception>
    public ParentedDevice(IVolumePart own, IVolumePart parent)
    {
        if (own.BlockSizeBytes != parent.BlockSizeBytes)
            throw new ArgumentException("own blocks and the parent's have one size", nameof(parent));
        _own = own;
        _parent = parent;
        _map = own.ReadOnly ? new WrittenMap(MapPagesMax) : null;
    }

    public ulong BlockSizeBytes => _own.BlockSizeBytes;

    public ulong SizeBytes => _own.SizeBytes;

    public bool ReadOnly => _own.ReadOnly;

    /// <summary>Whether reads may still reach the parent.</summary>
    public bool HasParent => Volatile.Read(ref _parent) is not null;

    /// <summary>How far the parent reaches; 0 when it was dropped.</summary>
    public ulong ParentBytes => Volatile.Read(ref _parent)?.SizeBytes ?? 0;

    /// <summary>Reads the parent alone, as if nothing were over it. Blocks of a dropped one read as never written.</summary>
    public ValueTask<IoResult> ReadParentAsync(
        ulong offsetBytes, Memory<byte> destination, Memory<bool> written, CancellationToken ct)
    {
        if (Volatile.Read(ref _parent) is { } parent)
            return parent.ReadWrittenAsync(offsetBytes, destination, written, ct);
        destination.Span.Clear();
        written.Span.Clear();
        return new ValueTask<IoResult>(IoResult.Ok);
    }

    /// <summary>No read begun from now on reaches the parent. For when every block it supplied has become an own one.</summary>
    public void DropParent() => Volatile.Write(ref _parent, null);

    public async ValueTask<IoResult> ReadAsync(ulong offsetBytes, Memory<byte> destination, CancellationToken ct)
    {
        if (!HasParent)
            return await _own.ReadAsync(offsetBytes, destination, ct).ConfigureAwait(false);
        var count = (int)((ulong)destination.Length / BlockSizeBytes);
        var written = ArrayPool<bool>.Shared.Rent(count);
        var result = await ReadWrittenAsync(offsetBytes, destination, written.AsMemory(0, count), ct).ConfigureAwait(false);
        // Not returned after a cancellation: a part might still be writing to it.
        ArrayPool<bool>.Shared.Return(written);
        return result;
    }

    public async ValueTask<IoResult> ReadWrittenAsync(
        ulong offsetBytes, Memory<byte> destination, Memory<bool> written, CancellationToken ct)
    {
        var parent = Volatile.Read(ref _parent);
        var known = parent is null ? WrittenMap.Known.AllWritten : Known(offsetBytes, written.Length);
        if (known == WrittenMap.Known.NoneWritten && offsetBytes + (ulong)destination.Length <= SizeBytes)
        {
            destination.Span.Clear();
            written.Span.Clear();
        }
        else
        {
            var result = await _own.ReadWrittenAsync(offsetBytes, destination, written, ct).ConfigureAwait(false);
            if (!result.IsOk || known == WrittenMap.Known.AllWritten)
                return result;
            Learn(offsetBytes, written.Span);
        }

        var missing = MissingIn(written.Span, offsetBytes, parent!);
        if (missing.Count == 0)
            return IoResult.Ok;
        var fromParent = await FillAsync(parent!, offsetBytes, destination, written, missing, ct).ConfigureAwait(false);
        // A parent dropped meanwhile has nothing any more that is not here too.
        return !fromParent.IsOk && Volatile.Read(ref _parent) != parent
            ? await _own.ReadWrittenAsync(offsetBytes, destination, written, ct).ConfigureAwait(false)
            : fromParent;
    }

    public ValueTask<IoResult> WriteAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct) =>
        _own.WriteAsync(offsetBytes, data, ct);

    public ValueTask<IoResult> WriteUnwrittenAsync(ulong offsetBytes, ReadOnlyMemory<byte> data, CancellationToken ct) =>
        _own.WriteUnwrittenAsync(offsetBytes, data, ct);

    public ValueTask<IoResult> FlushAsync(CancellationToken ct) => _own.FlushAsync(ct);

    private WrittenMap.Known Known(ulong offsetBytes, int count)
    {
        if (_map is null || count == 0 || offsetBytes % BlockSizeBytes != 0)
            return WrittenMap.Known.Unclear;
        lock (_mapLock)
            return _map.Of(offsetBytes / BlockSizeBytes, count);
    }

    private void Learn(ulong offsetBytes, ReadOnlySpan<bool> written)
    {
        if (_map is null)
            return;
        lock (_mapLock)
            _map.Learn(offsetBytes / BlockSizeBytes, written);
    }

    /// <summary>The blocks to ask the parent for: from the first to the last that was never written, within its end.</summary>
    private Missing MissingIn(ReadOnlySpan<bool> written, ulong offsetBytes, IVolumePart parent)
    {
        var parentEnd = Math.Max(parent.SizeBytes, offsetBytes) - offsetBytes;
        var within = written[..(int)Math.Min((ulong)written.Length, parentEnd / BlockSizeBytes)];
        var first = within.IndexOf(false);
        if (first < 0)
            return default;
        var count = within.LastIndexOf(false) + 1 - first;
        return new Missing(first, count, !within.Slice(first, count).Contains(true));
    }

    private async ValueTask<IoResult> FillAsync(
        IVolumePart parent, ulong offsetBytes, Memory<byte> destination, Memory<bool> written, Missing missing, CancellationToken ct)
    {
        var block = (int)BlockSizeBytes;
        var from = offsetBytes + (ulong)(missing.First * block);
        var into = destination.Slice(missing.First * block, missing.Count * block);
        var flags = written.Slice(missing.First, missing.Count);
        if (missing.IsSolid)
            return await parent.ReadWrittenAsync(from, into, flags, ct).ConfigureAwait(false);

        // Own blocks stand between: one wider read and a copy cost less than a read for each gap.
        var bytes = ArrayPool<byte>.Shared.Rent(into.Length);
        var found = ArrayPool<bool>.Shared.Rent(missing.Count);
        var result = await parent.ReadWrittenAsync(
            from, bytes.AsMemory(0, into.Length), found.AsMemory(0, missing.Count), ct).ConfigureAwait(false);
        for (var i = 0; i < missing.Count && result.IsOk; i++)
        {
            if (flags.Span[i])
                continue;
            bytes.AsSpan(i * block, block).CopyTo(into.Span[(i * block)..]);
            flags.Span[i] = found[i];
        }

        ArrayPool<byte>.Shared.Return(bytes);
        ArrayPool<bool>.Shared.Return(found);
        return result;
    }

    /// <summary>A run of blocks, counted from the request's first.</summary>
    private readonly record struct Missing(int First, int Count, bool IsSolid);
}
