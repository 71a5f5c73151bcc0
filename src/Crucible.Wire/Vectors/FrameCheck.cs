using System.Buffers;

namespace Crucible.Wire.Vectors;

/// <summary>Checks frames of a vector file against the codec. Each check answers what is wrong, or an empty text.</summary>
internal static class FrameCheck
{
    /// <summary>A message and its frame: encodes the one, decodes the other, and compares both ways.</summary>
    public static string Message(JsonCursor entry)
    {
        var expected = entry["frame_hex"].Hex();
        var message = entry["message"];
        if (Encoded(MessageFromJson.Read(message), expected) is { Length: > 0 } wrong)
            return wrong;

        var input = new ReadOnlySequence<byte>(expected);
        var status = FrameReader.TryTake(ref input, out var frame);
        if (status != FrameStatus.Complete)
            return $"{entry.Path}.frame_hex: is {status} as a frame";
        if (!input.IsEmpty)
            return $"{entry.Path}.frame_hex: has {input.Length} bytes after the frame";
        if (!MessageCodec.TryDecode(frame, out var decoded, out var error))
            return $"{entry.Path}.frame_hex: {error}";
        return JsonDifference.First(message, MessageToJson.Write(decoded)) ?? Encoded(decoded, expected);
    }

    /// <summary>What one call of the decoder makes of an input.</summary>
    public static string DecoderCase(JsonCursor entry)
    {
        var expected = Expected(entry);
        var input = new ReadOnlySequence<byte>(entry["input_hex"].Hex());
        var status = FrameReader.TryTake(ref input, out var frame);
        if (status == FrameStatus.Incomplete)
            return expected == "incomplete" ? "" : $"{entry.Path}.outcome: is {expected}, decoded incomplete";

        DecodeError? error = null;
        if (status == FrameStatus.Malformed || !MessageCodec.TryDecode(frame, out var decoded, out error))
        {
            var why = error?.ToString() ?? "the length prefix is out of range";
            return expected == "error" || (expected == "message" && entry.Flag("may_refuse"))
                ? ""
                : $"{entry.Path}.outcome: is {expected}, decoded error: {why}";
        }

        if (expected != "message")
            return $"{entry.Path}.outcome: is {expected}, decoded a {decoded.Kind}";
        if (input.Length != entry["bytes_left"].UInt32())
            return $"{entry.Path}.bytes_left: is {entry["bytes_left"].UInt32()}, decoded {input.Length}";
        return JsonDifference.First(entry["message"], MessageToJson.Write(decoded)) ?? "";
    }

    private static string Expected(JsonCursor entry)
    {
        var outcome = entry["outcome"].Text();
        if (outcome is not ("message" or "incomplete" or "error"))
            throw new VectorFormatException($"{entry.Path}.outcome", $"'{outcome}' is not a known outcome");
        // Where the reference stops its process, the one right answer is an error.
        return entry.Flag("reference_panics") ? "error" : outcome;
    }

    private static string Encoded(Message message, byte[] expected)
    {
        var frameBytes = MessageCodec.FrameLength(message);
        if (frameBytes > ProtocolLimits.MaxFrameBytes)
            return $"the frame of {frameBytes} bytes is over the limit";

        var output = new ArrayBufferWriter<byte>((int)frameBytes);
        MessageCodec.Encode(message, output);
        var actual = output.WrittenSpan;
        var same = actual.CommonPrefixLength(expected);
        if (same == actual.Length && same == expected.Length)
            return "";
        return $"encoded to {actual.Length} bytes, the file has {expected.Length}; they differ from byte {same} on";
    }
}
