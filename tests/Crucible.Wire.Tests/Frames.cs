using System.Buffers;
using Crucible.Wire.Vectors;

namespace Crucible.Wire.Tests;

/// <summary>Bytes of messages and sequences of segments, for tests.</summary>
internal static class Frames
{
    public static TheoryData<MessageKind> AllKinds() => [.. Enum.GetValues<MessageKind>()];

    public static byte[] Encode(Message message)
    {
        var output = new ArrayBufferWriter<byte>();
        MessageCodec.Encode(message, output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Every field of a message, lists and bytes included, as one text to compare.</summary>
    public static string Describe(Message message) => MessageJson.Write(message).ToJsonString();

    /// <summary>The same bytes in segments of <paramref name="segmentBytes"/>.</summary>
    public static ReadOnlySequence<byte> Segmented(ReadOnlyMemory<byte> bytes, int segmentBytes)
    {
        var first = new Segment(bytes[..Math.Min(segmentBytes, bytes.Length)], 0);
        var last = first;
        for (var at = segmentBytes; at < bytes.Length; at += segmentBytes)
            last = last.Append(bytes.Slice(at, Math.Min(segmentBytes, bytes.Length - at)));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long start)
        {
            Memory = memory;
            RunningIndex = start;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
