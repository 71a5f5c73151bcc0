using System.Runtime.CompilerServices;

namespace Crucible.Wire;

/// <summary>
/// XXH64 with seed 0 over input that comes in pieces. A mutable value: <c>default</c> is the start, a copy is a
/// branch. Allocates nothing.
/// </summary>
public struct XxHash64Incremental
{
    private XxHash64.Lanes _lanes;
    private Pending _pending;
    private ulong _totalBytes;

    private readonly int PendingBytes => (int)(_totalBytes % XxHash64.StripeBytes);

    /// <summary>Takes in the next bytes, any number of them.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        var held = PendingBytes;
        if (_totalBytes == 0)
            _lanes = XxHash64.Lanes.Start;
        _totalBytes += (ulong)data.Length;

        Span<byte> pending = _pending;
        if (held > 0)
        {
            var taken = Math.Min(XxHash64.StripeBytes - held, data.Length);
            data[..taken].CopyTo(pending[held..]);
            if (held + taken < XxHash64.StripeBytes)
                return;
            _lanes.Absorb(pending);
            data = data[taken..];
        }

        var striped = data.Length & ~(XxHash64.StripeBytes - 1);
        _lanes.Absorb(data[..striped]);
        data[striped..].CopyTo(pending);
    }

    /// <summary>The hash of everything appended so far; more may be appended afterwards.</summary>
    public readonly ulong Digest()
    {
        ReadOnlySpan<byte> pending = _pending;
        var hash = _totalBytes < XxHash64.StripeBytes ? XxHash64.Prime5 : _lanes.Merge();
        return XxHash64.Finish(hash, _totalBytes, pending[..PendingBytes]);
    }

    [InlineArray(XxHash64.StripeBytes)]
    private struct Pending
    {
        private byte _first;
    }
}
