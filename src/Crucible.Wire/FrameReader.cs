using System.Buffers;
using System.Buffers.Binary;

namespace Crucible.Wire;

/// <summary>
/// Finds frames in a stream of bytes (protocol section 2). It knows the length prefix and nothing of what is inside.
/// </summary>
public static class FrameReader
{
    /// <summary>Bytes of the length prefix, which counts itself.</summary>
    public const int PrefixBytes = sizeof(uint);

    /// <summary>Takes one frame off the front of <paramref name="input"/>.</summary>
    /// <param name="input">Unread bytes. Advanced past the frame only when the answer is
    /// <see cref="FrameStatus.Complete"/>.</param>
    /// <param name="frame">The frame with its length prefix removed, so it begins with the discriminant. Aliases
    /// <paramref name="input"/>: use it before the pipe is advanced, or copy it. Empty unless complete.</param>
    /// <returns><see cref="FrameStatus.Malformed"/> when the length is under
    /// <see cref="ProtocolLimits.MinFrameBytes"/> or over <see cref="ProtocolLimits.MaxFrameBytes"/>, said as soon as
    /// the prefix is there: the connection is to be dropped.</returns>
    public static FrameStatus TryTake(ref ReadOnlySequence<byte> input, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        if (input.Length < PrefixBytes)
            return FrameStatus.Incomplete;

        var length = ReadPrefix(input);
        if (length is < ProtocolLimits.MinFrameBytes or > ProtocolLimits.MaxFrameBytes)
            return FrameStatus.Malformed;
        if (input.Length < length)
            return FrameStatus.Incomplete;

        frame = input.Slice(PrefixBytes, length - PrefixBytes);
        input = input.Slice(length);
        return FrameStatus.Complete;
    }

    /// <summary>The same for input that is contiguous.</summary>
    /// <param name="frameBytes">Bytes of the frame, length prefix included, once the prefix is there; 0 before.</param>
    public static FrameStatus TryTake(ref ReadOnlyMemory<byte> input, out ReadOnlyMemory<byte> frame, out int frameBytes)
    {
        (frame, frameBytes) = (default, 0);
        if (input.Length < PrefixBytes)
            return FrameStatus.Incomplete;

        var length = BinaryPrimitives.ReadUInt32LittleEndian(input.Span);
        if (length is < ProtocolLimits.MinFrameBytes or > ProtocolLimits.MaxFrameBytes)
            return FrameStatus.Malformed;
        frameBytes = (int)length;
        if (input.Length < frameBytes)
            return FrameStatus.Incomplete;

        frame = input[PrefixBytes..frameBytes];
        input = input[frameBytes..];
        return FrameStatus.Complete;
    }

    private static uint ReadPrefix(in ReadOnlySequence<byte> input)
    {
        if (input.FirstSpan.Length >= PrefixBytes)
            return BinaryPrimitives.ReadUInt32LittleEndian(input.FirstSpan);

        Span<byte> prefix = stackalloc byte[PrefixBytes];
        input.Slice(0, PrefixBytes).CopyTo(prefix);
        return BinaryPrimitives.ReadUInt32LittleEndian(prefix);
    }
}
