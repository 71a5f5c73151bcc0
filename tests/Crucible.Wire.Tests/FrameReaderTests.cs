using System.Buffers;
using System.Buffers.Binary;

namespace Crucible.Wire.Tests;

public sealed class FrameReaderTests
{
    [Theory]
    [InlineData(0u)]
    [InlineData(3u)]
    [InlineData(4u)]
    [InlineData(7u)]
    [InlineData(ProtocolLimits.MaxFrameBytes + 1u)]
    [InlineData(uint.MaxValue)]
    public void Length_out_of_range_is_malformed_as_soon_as_the_prefix_is_there(uint length)
    {
        var prefix = Prefix(length);
        for (var segment = 1; segment <= 4; segment++)
        {
            var input = Frames.Segmented(prefix, segment);
            Assert.Equal(FrameStatus.Malformed, FrameReader.TryTake(ref input, out var frame));
            Assert.Equal(4, input.Length);
            Assert.True(frame.IsEmpty);
        }
    }

    [Theory]
    [InlineData(8u)]
    [InlineData((uint)ProtocolLimits.MaxFrameBytes)]
    public void Length_at_either_end_of_the_range_waits_for_its_bytes(uint length)
    {
        var input = new ReadOnlySequence<byte>(Prefix(length));
        Assert.Equal(FrameStatus.Incomplete, FrameReader.TryTake(ref input, out _));
    }

    [Fact]
    public void Prefix_not_whole_yet_is_incomplete_even_if_it_can_no_longer_be_right()
    {
        for (var bytes = 0; bytes < 4; bytes++)
        {
            var input = new ReadOnlySequence<byte>(Prefix(uint.MaxValue).AsMemory(0, bytes));
            Assert.Equal(FrameStatus.Incomplete, FrameReader.TryTake(ref input, out _));
            Assert.Equal(bytes, input.Length);
        }
    }

    [Fact]
    public void Frames_in_one_stream_come_out_one_by_one_however_the_stream_is_cut()
    {
        var generator = new MessageGenerator(1);
        Message[] messages = [.. Enum.GetValues<MessageKind>().Select(generator.Next)];
        byte[] stream = [.. messages.SelectMany(Frames.Encode)];

        foreach (var segment in (int[])[1, 2, 3, 5, 7, 8, 64, 100, 4096, stream.Length])
        {
            var input = Frames.Segmented(stream, segment);
            foreach (var message in messages)
            {
                Assert.Equal(FrameStatus.Complete, FrameReader.TryTake(ref input, out var frame));
                Assert.True(MessageCodec.TryDecode(frame, out var decoded, out var error), $"{segment}: {error}");
                Assert.Equal(Frames.Describe(message), Frames.Describe(decoded));
            }

            Assert.Equal(FrameStatus.Incomplete, FrameReader.TryTake(ref input, out _));
            Assert.True(input.IsEmpty);
        }
    }

    [Fact]
    public void Half_a_frame_after_a_whole_one_stays_in_the_input()
    {
        byte[] stream = [8, 0, 0, 0, 9, 0, 0, 0, 8, 0, 0, 0, 10];
        var input = new ReadOnlySequence<byte>(stream);
        Assert.Equal(FrameStatus.Complete, FrameReader.TryTake(ref input, out var frame));
        Assert.Equal([9, 0, 0, 0], frame.ToArray());
        Assert.Equal(FrameStatus.Incomplete, FrameReader.TryTake(ref input, out frame));
        Assert.Equal([8, 0, 0, 0, 10], input.ToArray());
        Assert.True(frame.IsEmpty);
    }

    private static byte[] Prefix(uint length)
    {
        var prefix = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(prefix, length);
        return prefix;
    }
}
