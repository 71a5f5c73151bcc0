using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Crucible.Wire.Reading;
using Crucible.Wire.Writing;

namespace Crucible.Wire;

/// <summary>
/// Messages to frames and back (protocol sections 2 to 5). Owns the layout of every message and no buffer; what a
/// message means and when it may be sent is decided elsewhere.
/// </summary>
public static class MessageCodec
{
    /// <summary>Reads the message in a frame that <see cref="FrameReader"/> found.</summary>
    /// <param name="frame">The frame from its discriminant on. If it lies in one segment, the <c>Data</c> of the
    /// message aliases it and must be used or copied before that memory is given back; otherwise the whole frame is
    /// copied once, into an array that belongs to the message alone.</param>
    /// <param name="message">The message, or null.</param>
    /// <param name="error">Null, or why there is no message: the connection is to be dropped.</param>
    /// <returns>Whether there is a message. Bytes after the last field are ignored; the payload of a Write,
    /// WriteUnwritten or ReadResponse is the end of the frame. Nothing a peer sends makes this throw.</returns>
    public static bool TryDecode(
        in ReadOnlySequence<byte> frame,
        [NotNullWhen(true)] out Message? message,
        [NotNullWhen(false)] out DecodeError? error)
    {
        if (frame.IsSingleSegment)
            return TryDecode(frame.First, out message, out error);
        if (IsTooLong(frame.Length, out error))
        {
            message = null;
            return false;
        }

        var copy = GC.AllocateUninitializedArray<byte>((int)frame.Length);
        frame.CopyTo(copy);
        return TryDecode(copy, out message, out error);
    }

    /// <summary>The same for a frame that is contiguous; <c>Data</c> always aliases <paramref name="frame"/>.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> frame,
        [NotNullWhen(true)] out Message? message,
        [NotNullWhen(false)] out DecodeError? error) => TryDecode(frame, pool: null, out message, out error);

    /// <summary>The same, with the objects of the frequent kinds from a pool.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> frame,
        MessagePool? pool,
        [NotNullWhen(true)] out Message? message,
        [NotNullWhen(false)] out DecodeError? error)
    {
        message = null;
        if (IsTooLong(frame.Length, out error))
            return false;

        var reader = new FieldReader(frame);
        var number = reader.UInt32("discriminant");
        if (number > (uint)MessageKind.Unknown)
            reader.Fail(DecodeProblem.UnknownMessage, "discriminant", number, sizeof(uint));
        if (reader.Error is null)
        {
            reader.Message = (MessageKind)number;
            message = MessageReader.Read(ref reader, (MessageKind)number, pool);
        }

        error = reader.Error;
        if (error is not null)
            message = null;
        return message is not null;
    }

    /// <summary>Bytes of the message's frame, length prefix and payload included; it may be over the limit.</summary>
    public static long FrameLength(Message message)
    {
        var sink = default(MeasuringSink);
        MessageLayout.Write(ref sink, message);
        return FrameReader.PrefixBytes + sink.Bytes + PayloadOf(message).Length;
    }

    /// <summary>Writes the whole frame, length prefix first.</summary>
    /// <returns>Bytes written.</returns>
    /// <exception cref="FrameTooLargeException">The frame would be over
    /// <see cref="ProtocolLimits.MaxFrameBytes"/>; nothing was written.</exception>
    public static int Encode(Message message, IBufferWriter<byte> output)
    {
        var payload = PayloadOf(message);
        var written = EncodeHeader(message, output);
        output.Write(payload.Span);
        return written + payload.Length;
    }

    /// <summary>
    /// Writes everything but the payload, the length prefix counting the payload too. Sending these bytes and then
    /// <see cref="PayloadOf"/> is sending the frame, without a copy of the payload.
    /// </summary>
    /// <returns>Bytes written.</returns>
    /// <exception cref="FrameTooLargeException">The frame would be over
    /// <see cref="ProtocolLimits.MaxFrameBytes"/>; nothing was written.</exception>
    public static int EncodeHeader(Message message, IBufferWriter<byte> output) =>
        EncodeHeader(message, FrameLength(message), output);

    /// <summary>The same for who knows the <see cref="FrameLength"/> already.</summary>
    public static int EncodeHeader(Message message, long frameBytes, IBufferWriter<byte> output)
    {
        if (frameBytes > ProtocolLimits.MaxFrameBytes)
            throw new FrameTooLargeException(message.Kind, frameBytes);

        var headerBytes = (int)frameBytes - PayloadOf(message).Length;
        var sink = new SpanSink(output.GetSpan(headerBytes)[..headerBytes]);
        sink.UInt32((uint)frameBytes);
        MessageLayout.Write(ref sink, message);
        Debug.Assert(sink.Unused == 0, "measured and written lengths come from one description");
        output.Advance(headerBytes);
        return headerBytes;
    }

    /// <summary>The bytes that follow the header: of a Write, WriteUnwritten or ReadResponse; otherwise none.</summary>
    public static ReadOnlyMemory<byte> PayloadOf(Message message) => message switch
    {
        Message.Write m => m.Data,
        Message.ReadResponse m => m.Data,
        Message.WriteUnwritten m => m.Data,
        _ => default,
    };

    private static bool IsTooLong(long frameBytes, [NotNullWhen(true)] out DecodeError? error)
    {
        var length = frameBytes + FrameReader.PrefixBytes;
        error = length > ProtocolLimits.MaxFrameBytes
            ? new DecodeError(DecodeProblem.FrameTooLong, null, "length", 0, (ulong)length)
            : null;
        return error is not null;
    }
}
