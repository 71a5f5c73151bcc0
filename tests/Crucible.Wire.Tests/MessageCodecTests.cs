using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;

namespace Crucible.Wire.Tests;

public sealed class MessageCodecTests
{
    private static readonly SessionIds Ids = new(
        new(Guid.Parse("01020304-0506-0708-090a-0b0c0d0e0f10")), new(Guid.Parse("a1b2c3d4-e5f6-4789-8abc-def012345678")));

    [Fact]
    public void Data_of_a_frame_in_one_segment_is_the_frames_own_memory()
    {
        var body = Body(Write(dependencies: 0, blocks: 1, dataBytes: 512));
        Assert.True(MessageCodec.TryDecode(new ReadOnlySequence<byte>(body), out var message, out _));
        body[^1] = 0x77;
        Assert.Equal(0x77, Assert.IsType<Message.Write>(message).Data.Span[^1]);
    }

    [Fact]
    public void Data_of_a_frame_in_two_segments_is_a_copy()
    {
        var body = Body(Write(dependencies: 0, blocks: 1, dataBytes: 512));
        Assert.True(MessageCodec.TryDecode(Frames.Segmented(body, 300), out var message, out _));
        body[^1] = 0x77;
        Assert.Equal(0, Assert.IsType<Message.Write>(message).Data.Span[^1]);
    }

    [Theory]
    [InlineData(0, 0, false, 0, 96)]
    [InlineData(0, 1, false, 512, 617)]
    [InlineData(3, 2, true, 1024, 96 + 24 + 74 + 1024)]
    public void Write_frame_has_the_length_the_protocol_states(
        int dependencies, int blocks, bool encrypted, int dataBytes, int expected) =>
        Assert.Equal(expected, MessageCodec.FrameLength(Write(dependencies, blocks, dataBytes, encrypted)));

    [Theory]
    // Blocks of an encrypted write with one dependency that fit a frame: 104 + n * (37 + block size) bytes. The figures in
    // protocol section 18 are the reference's own; at 8192 and 32768 they are one more than the limit lets through.
    [InlineData(190997, 512)]
    [InlineData(98828, 1024)]
    [InlineData(50291, 2048)]
    [InlineData(25370, 4096)]
    [InlineData(12742, 8192)]
    [InlineData(6385, 16384)]
    [InlineData(3196, 32768)]
    public void Largest_write_fits_and_one_block_more_is_refused_with_nothing_written(int blocks, int blockSizeBytes)
    {
        var data = GC.AllocateUninitializedArray<byte>((blocks + 1) * blockSizeBytes);
        var output = new ArrayBufferWriter<byte>();
        var fits = Write(1, blocks, 0, encrypted: true) with { Data = data.AsMemory(0, blocks * blockSizeBytes) };
        MessageCodec.EncodeHeader(fits, output);
        Assert.Equal(MessageCodec.FrameLength(fits), BinaryPrimitives.ReadUInt32LittleEndian(output.WrittenSpan));

        output.Clear();
        var over = Write(1, blocks + 1, 0, encrypted: true) with { Data = data };
        var refusal = Assert.Throws<FrameTooLargeException>(() => MessageCodec.Encode(over, output));
        Assert.Equal((MessageKind.Write, MessageCodec.FrameLength(over)), (refusal.Kind, refusal.FrameBytes));
        Assert.Throws<FrameTooLargeException>(() => MessageCodec.EncodeHeader(over, output));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Frame_of_exactly_the_limit_is_encoded_and_one_byte_more_is_refused()
    {
        var data = GC.AllocateUninitializedArray<byte>(ProtocolLimits.MaxFrameBytes);
        var output = new ArrayBufferWriter<byte>();
        var exact = Write(0, 0, 0) with { Data = data.AsMemory(0, ProtocolLimits.MaxFrameBytes - 96) };
        MessageCodec.EncodeHeader(exact, output);
        Assert.Equal(96, output.WrittenCount);
        Assert.Throws<FrameTooLargeException>(() => MessageCodec.EncodeHeader(
            exact with { Data = data.AsMemory(0, ProtocolLimits.MaxFrameBytes - 95) }, output));
        Assert.Equal(96, output.WrittenCount);
    }

    [Fact]
    public void Frame_over_the_limit_is_an_error_before_it_is_copied()
    {
        var body = GC.AllocateUninitializedArray<byte>(ProtocolLimits.MaxFrameBytes - 3);
        Assert.False(MessageCodec.TryDecode(body, out _, out var error));
        Assert.Equal(DecodeProblem.FrameTooLong, error.Problem);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(MessageCodec.TryDecode(Frames.Segmented(body, 1 << 26), out _, out error));
        Assert.Equal(DecodeProblem.FrameTooLong, error.Problem);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 65536);
    }

    [Fact]
    public void More_contexts_than_a_frame_has_blocks_are_refused()
    {
        var most = new ReadBlockContext[ProtocolLimits.MaxBlocksPerFrame];
        Assert.True(MessageCodec.TryDecode(Body(Response(most)), out var message, out _));
        Assert.Equal(most.Length, Assert.IsType<Message.ReadResponse>(message).Blocks.Value.Length);

        var body = Body(Response(new ReadBlockContext[most.Length + 1]));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(MessageCodec.TryDecode(body, out _, out var error));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 65536);
        Assert.Equal(
            "ReadResponse.blocks at byte 68: 204801 blocks are over the limit of 204800", error.ToString());
    }

    [Fact]
    public void Payload_count_that_reaches_back_into_the_header_is_refused()
    {
        var body = Body(Write(dependencies: 0, blocks: 0, dataBytes: 4));
        BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(body.Length - 12), 5);
        Assert.False(MessageCodec.TryDecode(body, out _, out var error));
        Assert.Equal("Write.data at byte 88: count 5 is more than the frame holds", error.ToString());
    }

    [Fact]
    public void Payload_is_the_end_of_the_frame_when_the_count_is_short_of_it()
    {
        var body = Body(Write(dependencies: 0, blocks: 0, dataBytes: 4));
        body[^1] = 9;
        BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(body.Length - 12), 1);
        Assert.True(MessageCodec.TryDecode(body, out var message, out _));
        Assert.Equal([9], Assert.IsType<Message.Write>(message).Data.ToArray());
    }

    [Theory]
    [InlineData("", "discriminant at byte 4: the frame ends inside this field")]
    [InlineData("2a000000", "discriminant at byte 4: no message has the number 42")]
    [InlineData("03000000 02", "ReadOnlyMismatch.expected at byte 8: 2 is neither 0 nor 1")]
    [InlineData("1d000000 02", "LastFlush.last_flush_number at byte 8: 2 is not a known tag")]
    [InlineData("08000000 0f00000000000000", "UuidMismatch.expected_id at byte 8: a UUID has 16 bytes, not 15")]
    [InlineData("01000000 0d000000 02000000", "YesItsMe.repair_addr at byte 12: 2 is not a known tag")]
    [InlineData("10000000 0000000000000000 00000000 2a000000", "ExtentError.error at byte 20: 42 is not a known tag")]
    [InlineData("10000000 0000000000000000 00000000 01000000 0100000000000000 ff",
        "ExtentError.error at byte 32: the text is not UTF-8")]
    [InlineData("1c000000 0000000000000000 0000000000000000 0200000000000000 00 07",
        "ExtentVersions.dirty_bits[1] at byte 33: 7 is neither 0 nor 1")]
    [InlineData("1c000000 ffffffffffffffff",
        "ExtentVersions.gen_numbers at byte 8: count 18446744073709551615 is more than the frame holds")]
    public void Error_names_the_message_the_field_the_place_and_the_fault(string bodyHex, string expected)
    {
        var body = Convert.FromHexString(bodyHex.Replace(" ", "", StringComparison.Ordinal));
        Assert.False(MessageCodec.TryDecode(body, out var message, out var error));
        Assert.Null(message);
        Assert.Equal(expected, error.ToString());
    }

    [Fact]
    public void Error_whose_kind_and_payload_disagree_is_our_own_mistake_and_is_never_written()
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var error in (CrucibleError[])
            [
                new CrucibleError.Plain(CrucibleErrorKind.IoError),
                new CrucibleError.Plain(CrucibleErrorKind.MissingContextSlot),
                new CrucibleError.WithText(CrucibleErrorKind.HashMismatch, "text"),
            ])
        {
            Assert.Throws<UnreachableException>(
                () => MessageCodec.Encode(new Message.ErrorReport(Ids, new(1), error), output));
        }

        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void IPv6_address_that_maps_an_IPv4_one_stays_IPv6_and_loses_its_scope()
    {
        var mapped = new IPEndPoint(IPAddress.Parse("10.1.2.3").MapToIPv6(), 443);
        Assert.True(MessageCodec.TryDecode(Body(new Message.YesItsMe(13, mapped)), out var message, out _));
        Assert.Equal(mapped, Assert.IsType<Message.YesItsMe>(message).RepairAddress);

        var scoped = new IPEndPoint(IPAddress.Parse("fe80::1%3"), 1);
        Assert.True(MessageCodec.TryDecode(Body(new Message.YesItsMe(13, scoped)), out message, out _));
        Assert.Equal(0, Assert.IsType<Message.YesItsMe>(message).RepairAddress.Address.ScopeId);
    }

    private static byte[] Body(Message message) => Frames.Encode(message)[FrameReader.PrefixBytes..];

    private static Message.ReadResponse Response(ReadBlockContext[] blocks) =>
        new(Ids, new(1000), WireResult<ReadBlockContext[]>.Ok(blocks), default);

    private static Message.Write Write(int dependencies, int blocks, int dataBytes, bool encrypted = false) => new(
        Ids, new(1000), new JobId[dependencies], new(0),
        [.. Enumerable.Repeat(new BlockContext(1, encrypted ? default(EncryptionContext) : null), blocks)],
        new byte[dataBytes]);
}
