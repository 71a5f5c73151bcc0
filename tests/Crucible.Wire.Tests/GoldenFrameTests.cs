using System.Buffers;

namespace Crucible.Wire.Tests;

public sealed class GoldenFrameTests
{
    public static TheoryData<string, string> Frames()
    {
        var data = new TheoryData<string, string>();
        using var file = GoldenFile.Open();
        foreach (var entry in file.RootElement.GetProperty("messages").EnumerateArray())
            data.Add(entry.Text("name"), entry.Text("frame_hex"));
        return data;
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public void Frame_decoded_and_encoded_again_gives_the_same_bytes(string name, string frameHex)
    {
        var frame = Convert.FromHexString(frameHex);

        Assert.True(MessageCodec.TryDecode(frame.AsMemory(FrameReader.PrefixBytes), out var message, out var error),
            $"{name}: {error}");

        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(frame.Length, MessageCodec.Encode(message, output));
        Assert.Equal(frame, output.WrittenSpan);
        Assert.Equal(frame.Length, MessageCodec.FrameLength(message));
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public void Header_and_payload_sent_one_after_the_other_give_the_same_bytes(string name, string frameHex)
    {
        var frame = Convert.FromHexString(frameHex);
        Assert.True(MessageCodec.TryDecode(frame.AsMemory(FrameReader.PrefixBytes), out var message, out var error),
            $"{name}: {error}");

        var output = new ArrayBufferWriter<byte>();
        var header = MessageCodec.EncodeHeader(message, output);
        Assert.Equal(header, output.WrittenCount);
        output.Write(MessageCodec.PayloadOf(message).Span);
        Assert.Equal(frame, output.WrittenSpan);
    }

    [Fact]
    public void Golden_frames_cover_all_42_messages()
    {
        using var file = GoldenFile.Open();
        var kinds = file.RootElement.GetProperty("messages").EnumerateArray()
            .Select(entry => (uint)BitConverter.ToInt32(entry.Bytes("frame_hex"), 4)).Distinct().Order();
        Assert.Equal(Enumerable.Range(0, 42).Select(number => (uint)number), kinds);
    }
}
