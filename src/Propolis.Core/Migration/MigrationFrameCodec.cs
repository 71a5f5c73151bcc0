using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Propolis.Core.Migration;

/// <summary>
/// Bytes ↔ <see cref="MigrationFrame"/>. The last byte is the kind; integers are little-endian in 8 bytes. Source:
/// propolis-server API, section 17.3.
/// </summary>
public static class MigrationFrameCodec
{
    /// <summary>Longer messages end the migration.</summary>
    public const int FrameBytesMax = 4 * 1024 * 1024;

    private const int StretchBytes = 16;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private enum Tag : byte
    {
        Okay,
        Error,
        Serialized,
        Blob,
        Page,
        MemQuery,
        MemOffer,
        MemEnd,
        MemFetch,
        MemXfer,
        MemDone,
    }

    /// <summary>Reads one message.</summary>
    /// <param name="message">A whole binary message. The frame does not alias it.</param>
    /// <param name="frame">What it says.</param>
    /// <returns>False when it is no such message: the migration is to be given up.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, [NotNullWhen(true)] out MigrationFrame? frame)
    {
        frame = message.IsEmpty || message.Length > FrameBytesMax ? null : Read((Tag)message[^1], message[..^1]);
        return frame is not null;
    }

    public static byte[] Write(MigrationFrame frame) => frame switch
    {
        MigrationFrame.Okay => [(byte)Tag.Okay],
        MigrationFrame.MemDone => [(byte)Tag.MemDone],
        MigrationFrame.Error f => [.. Encoding.UTF8.GetBytes(f.Text), (byte)Tag.Error],
        MigrationFrame.Serialized f => [.. Encoding.UTF8.GetBytes(f.Text), (byte)Tag.Serialized],
        MigrationFrame.Blob f => [.. f.Bytes.Span, (byte)Tag.Blob],
        MigrationFrame.Page f => [.. f.Bytes.Span, (byte)Tag.Page],
        MigrationFrame.MemQuery f => Stretch(Tag.MemQuery, f.Start, f.End, []),
        MigrationFrame.MemEnd f => Stretch(Tag.MemEnd, f.Start, f.End, []),
        MigrationFrame.MemOffer f => Range(Tag.MemOffer, f.Pages),
        MigrationFrame.MemFetch f => Range(Tag.MemFetch, f.Pages),
        MigrationFrame.MemXfer f => Range(Tag.MemXfer, f.Pages),
        _ => throw new UnreachableException($"{frame}"),
    };

    private static MigrationFrame? Read(Tag tag, ReadOnlySpan<byte> body) => tag switch
    {
        Tag.Okay when body.IsEmpty => new MigrationFrame.Okay(),
        Tag.MemDone when body.IsEmpty => new MigrationFrame.MemDone(),
        Tag.Error => Text(body) is { } text ? new MigrationFrame.Error(text) : null,
        Tag.Serialized => Text(body) is { } text ? new MigrationFrame.Serialized(text) : null,
        Tag.Blob => new MigrationFrame.Blob(body.ToArray()),
        Tag.Page when body.Length == GuestPages.PageBytes => new MigrationFrame.Page(body.ToArray()),
        Tag.MemQuery when body.Length == StretchBytes => new MigrationFrame.MemQuery(Start(body), End(body)),
        Tag.MemEnd when body.Length == StretchBytes => new MigrationFrame.MemEnd(Start(body), End(body)),
        Tag.MemOffer => Range(body) is { } range ? new MigrationFrame.MemOffer(range) : null,
        Tag.MemFetch => Range(body) is { } range ? new MigrationFrame.MemFetch(range) : null,
        Tag.MemXfer => Range(body) is { } range ? new MigrationFrame.MemXfer(range) : null,
        _ => null,
    };

    private static string? Text(ReadOnlySpan<byte> body)
    {
        try
        {
            return Utf8.GetString(body);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static PageRange? Range(ReadOnlySpan<byte> body)
    {
        if (body.Length <= StretchBytes || body.Length - StretchBytes > GuestPages.BitmapBytesMax)
            return null;
        var range = new PageRange(Start(body), End(body), ImmutableArray.Create(body[StretchBytes..]));
        return GuestPages.IsSound(range) ? range : null;
    }

    private static ulong Start(ReadOnlySpan<byte> body) => BinaryPrimitives.ReadUInt64LittleEndian(body);

    private static ulong End(ReadOnlySpan<byte> body) => BinaryPrimitives.ReadUInt64LittleEndian(body[8..]);

    private static byte[] Range(Tag tag, PageRange range) => Stretch(tag, range.Start, range.End, range.Bitmap.AsSpan());

    private static byte[] Stretch(Tag tag, ulong start, ulong end, ReadOnlySpan<byte> rest)
    {
        var message = new byte[StretchBytes + rest.Length + 1];
        BinaryPrimitives.WriteUInt64LittleEndian(message, start);
        BinaryPrimitives.WriteUInt64LittleEndian(message.AsSpan(8), end);
        rest.CopyTo(message.AsSpan(StretchBytes));
        message[^1] = (byte)tag;
        return message;
    }
}
