using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Crucible.Wire.Vectors;

namespace Crucible.Wire.Tests;

/// <summary>What must hold for each of the 42 messages, over values made from seeds.</summary>
public sealed class EveryMessageTests
{
    private const int Seeds = 100;

    public static TheoryData<MessageKind> Kinds() => Frames.AllKinds();

    /// <summary>Of the three left out the payload is the end of the frame, so that extra bytes shift it.</summary>
    public static TheoryData<MessageKind> KindsWithoutPayload() =>
    [
        .. Enum.GetValues<MessageKind>().Except(
            [MessageKind.Write, MessageKind.WriteUnwritten, MessageKind.ReadResponse]),
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Message_encoded_and_decoded_is_the_same_message(MessageKind kind)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var message = new MessageGenerator(seed).Next(kind);
            var frame = Frames.Encode(message);

            var input = new ReadOnlySequence<byte>(frame);
            Assert.Equal(FrameStatus.Complete, FrameReader.TryTake(ref input, out var body));
            Assert.True(input.IsEmpty);
            Assert.True(MessageCodec.TryDecode(body, out var decoded, out var error), $"seed {seed}: {error}");
            Assert.Equal(kind, decoded.Kind);
            Assert.Equal(Frames.Describe(message), Frames.Describe(decoded));
            Assert.Equal(frame, Frames.Encode(decoded));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Message_rendered_as_JSON_and_read_back_has_the_same_bytes(MessageKind kind)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var message = new MessageGenerator(seed).Next(kind);
            using var json = JsonDocument.Parse(Frames.Describe(message));
            Assert.Equal(Frames.Encode(message), Frames.Encode(MessageJson.Read(json.RootElement, "$")));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Frame_fed_one_byte_at_a_time_is_complete_at_its_last_byte_and_no_sooner(MessageKind kind)
    {
        var message = new MessageGenerator(7).Next(kind);
        var frame = Frames.Encode(message);
        for (var fed = 0; fed < frame.Length; fed++)
        {
            var partial = Frames.Segmented(frame.AsMemory(0, fed), 1);
            Assert.Equal(FrameStatus.Incomplete, FrameReader.TryTake(ref partial, out _));
            Assert.Equal(fed, partial.Length);
        }

        var whole = Frames.Segmented(frame, 1);
        Assert.Equal(FrameStatus.Complete, FrameReader.TryTake(ref whole, out var body));
        Assert.True(MessageCodec.TryDecode(body, out var decoded, out var error), $"{error}");
        Assert.Equal(Frames.Describe(message), Frames.Describe(decoded));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Frame_cut_short_anywhere_is_an_error_that_names_the_message(MessageKind kind)
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var body = Body(Frames.Encode(new MessageGenerator(seed).Next(kind)));
            for (var length = 0; length < body.Length; length++)
            {
                Assert.False(MessageCodec.TryDecode(body[..length], out var message, out var error),
                    $"seed {seed}: {length} of {body.Length} bytes gave a {message?.Kind}");
                Assert.Equal(length < 4 ? null : kind, error.Message);
                Assert.InRange(error.Offset, FrameReader.PrefixBytes, FrameReader.PrefixBytes + length);
                Assert.NotEqual("", error.Field);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Frame_with_any_bit_flipped_is_an_error_or_a_message_that_encodes(MessageKind kind)
    {
        for (var seed = 0; seed < 5; seed++)
        {
            var frame = Frames.Encode(new MessageGenerator(seed).Next(kind));
            for (var bit = FrameReader.PrefixBytes * 8; bit < frame.Length * 8; bit++)
            {
                frame[bit / 8] ^= (byte)(1 << (bit % 8));
                if (MessageCodec.TryDecode(Body(frame), out var decoded, out _))
                {
                    Assert.True(MessageCodec.TryDecode(Body(Frames.Encode(decoded)), out var again, out var error),
                        $"seed {seed} bit {bit}: {error}");
                    Assert.Equal(Frames.Describe(decoded), Frames.Describe(again));
                }

                frame[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Frame_of_noise_after_its_discriminant_is_an_error_or_a_message_that_encodes(MessageKind kind)
    {
        var random = new Random((int)kind);
        for (var round = 0; round < 500; round++)
        {
            var body = new byte[4 + random.Next(200)];
            // Small numbers get further into a message than noise does, since most of them are counts and tags.
            for (var i = 4; i < body.Length; i++)
                body[i] = random.Next(3) == 0 ? (byte)random.Next(20) : (byte)0;
            BinaryPrimitives.WriteUInt32LittleEndian(body, (uint)kind);
            if (MessageCodec.TryDecode(body, out var decoded, out _))
                Assert.Equal(kind, decoded.Kind);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Huge_number_anywhere_in_a_frame_allocates_no_more_than_the_frame_could_hold(MessageKind kind)
    {
        var frame = Frames.Encode(new MessageGenerator(3).Next(kind));
        var body = new byte[frame.Length - FrameReader.PrefixBytes];
        foreach (var huge in (ulong[])[ulong.MaxValue, long.MaxValue, int.MaxValue, uint.MaxValue, 100_000_000, 1 << 20])
        {
            for (var at = 4; at + 8 <= body.Length; at++)
            {
                Body(frame).Span.CopyTo(body);
                BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(at), huge);
                var before = GC.GetAllocatedBytesForCurrentThread();
                _ = MessageCodec.TryDecode(body, out _, out _);
                var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.True(allocated < 65536, $"{huge} at {at}: {allocated} bytes allocated");
            }
        }
    }

    [Theory]
    [MemberData(nameof(KindsWithoutPayload))]
    public void Bytes_after_the_last_field_are_ignored(MessageKind kind)
    {
        var message = new MessageGenerator(11).Next(kind);
        byte[] body = [.. Body(Frames.Encode(message)).Span, 0xAA, 0xFF, 0x00];
        Assert.True(MessageCodec.TryDecode(body, out var decoded, out var error), $"{error}");
        Assert.Equal(Frames.Describe(message), Frames.Describe(decoded));
    }

    private static ReadOnlyMemory<byte> Body(byte[] frame) => frame.AsMemory(FrameReader.PrefixBytes);
}
