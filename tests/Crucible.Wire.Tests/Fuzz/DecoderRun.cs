using System.Buffers;

namespace Crucible.Wire.Tests.Fuzz;

/// <summary>
/// Feeds streams of mutated frames to the frame reader and the message codec, and notes what comes of them. Each
/// input is made from the seed and its number alone.
/// </summary>
internal sealed class DecoderRun(ulong seed)
{
    private const int FramesMax = 3;

    // Payload is not looked into, so larger frames would only make fewer inputs of the same bytes.
    private const int FrameBytesMax = 1024;

    /// <summary>
    /// The decoder unfolds lists: a context of 4 bytes on the wire takes 48 in memory, a byte of text two. Whatever
    /// goes beyond this was allocated because a peer said so, not because it sent so much.
    /// </summary>
    private const int AllocatedPerByteMax = 16;
    private const int AllocatedAnywayMax = 8 * 1024;

    private static readonly byte[][] Corpus = MakeCorpus();

    private readonly byte[] _stream = new byte[256 * 1024];
    private readonly ArrayBufferWriter<byte> _output = new(256 * 1024);

    public HashSet<MessageKind> Decoded { get; } = [];

    public HashSet<DecodeProblem> Problems { get; } = [];

    public HashSet<FrameStatus> Statuses { get; } = [];

    /// <summary>Tries inputs until they add up to <paramref name="bytes"/>.</summary>
    public void Try(long bytes)
    {
        for (long input = 0, total = 0; total < bytes; input++)
        {
            var length = 0;
            try
            {
                length = Make(input);
                TryOne(input, length);
            }
            catch (Exception e)
            {
                var fed = Convert.ToHexStringLower(_stream.AsSpan(0, length));
                throw new InvalidOperationException($"seed {seed}, input {input}: {fed}: {e.Message}", e);
            }

            total += length;
        }
    }

    private int Make(long input)
    {
        var random = new SeededRandom(seed, input);
        var length = 0;
        for (var left = 1 + random.Below(FramesMax); left > 0; left--)
        {
            var frame = Corpus[random.Below(Corpus.Length)];
            if (length + frame.Length + 1024 > _stream.Length)
                break;
            frame.CopyTo(_stream, length);
            var added = random.OneIn(8)
                ? frame.Length
                : Mutator.Mutate(
                    ref random, _stream.AsSpan(length), frame.Length, Corpus[random.Below(Corpus.Length)]);
            length += added;
        }

        return length;
    }

    private void TryOne(long input, int length)
    {
        // Every fourth input comes in pieces, as it may from a socket.
        var bytes = _stream.AsMemory(0, length);
        var stream = input % 4 == 3 && length > 0 ? Frames.Segmented(bytes, 1 + length / 3) : new(bytes);
        while (true)
        {
            var (before, left) = (GC.GetAllocatedBytesForCurrentThread(), stream.Length);
            Message? message = null;
            DecodeError? error = null;
            var status = FrameReader.TryTake(ref stream, out var frame);
            if (status == FrameStatus.Complete)
                MessageCodec.TryDecode(frame, out message, out error);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > AllocatedAnywayMax + (AllocatedPerByteMax * frame.Length))
                throw new InvalidOperationException($"{allocated} bytes allocated for a frame of {frame.Length}");

            Statuses.Add(status);
            if (status != FrameStatus.Complete)
            {
                Assert.Equal(left, stream.Length);
                return;
            }

            Assert.Equal(left, stream.Length + frame.Length + FrameReader.PrefixBytes);
            Note(message, error);
            if (error is not null)
                return;
            if (input % 16 == 0)
                EncodeAgain(message!);
        }
    }

    private void Note(Message? message, DecodeError? error)
    {
        Assert.True(message is null != (error is null), "neither a message nor an error, or both");
        if (message is not null)
            Decoded.Add(message.Kind);
        else
            Problems.Add(error!.Problem);
    }

    private void EncodeAgain(Message message)
    {
        _output.ResetWrittenCount();
        var bytes = MessageCodec.Encode(message, _output);
        Assert.Equal(MessageCodec.FrameLength(message), bytes);
        var frame = _output.WrittenMemory[FrameReader.PrefixBytes..];
        Assert.True(MessageCodec.TryDecode(frame, out var again, out var error), error?.ToString());
        Assert.Equal(message.Kind, again.Kind);
    }

    /// <summary>Every recorded frame, and generated ones of each kind: valid traffic in both directions.</summary>
    private static byte[][] MakeCorpus()
    {
        using var file = GoldenFile.Open();
        var recorded = file.RootElement.GetProperty("messages").EnumerateArray().Select(m => m.Bytes("frame_hex"));
        var generated = Enumerable.Range(0, 4).SelectMany(seed =>
            Enum.GetValues<MessageKind>().Select(kind => Frames.Encode(new MessageGenerator(seed).Next(kind))));
        return [.. recorded.Concat(generated).Where(frame => frame.Length <= FrameBytesMax)];
    }
}
