using System.Buffers.Binary;

namespace PropolisActors.Gateway.Vnc;

/// <summary>How a client wants a pixel: true colour of 8, 16 or 32 bits. Source: RFC 6143, section 7.4.</summary>
/// <param name="BitsPerPixel">8, 16 or 32.</param>
/// <param name="BigEndian">Byte order of a pixel.</param>
/// <param name="Red">The bits of this colour.</param>
/// <param name="Green">The bits of this colour.</param>
/// <param name="Blue">The bits of this colour.</param>
internal readonly record struct PixelFormat(
    int BitsPerPixel, bool BigEndian, PixelFormat.Channel Red, PixelFormat.Channel Green, PixelFormat.Channel Blue)
{
    /// <summary>Bytes of a format in a message.</summary>
    public const int SizeBytes = 16;

    /// <summary>Bytes of the largest pixel.</summary>
    public const int PixelBytesMax = 4;

    /// <summary>What a client gets that asks for nothing else.</summary>
    public static PixelFormat Default { get; } = new(32, BigEndian: false, new(255, 16), new(255, 8), new(255, 0));

    public int BytesPerPixel => BitsPerPixel / 8;

    /// <summary>Reads one; false when it is none we can write: a colour map, or a size that nobody uses.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out PixelFormat format)
    {
        format = new PixelFormat(
            bytes[0], bytes[2] != 0, ChannelAt(bytes, 4, 10), ChannelAt(bytes, 6, 11), ChannelAt(bytes, 8, 12));
        var isTrueColour = bytes[3] != 0;
        return isTrueColour && format.BitsPerPixel is 8 or 16 or 32
            && format.Red.Shift < 32 && format.Green.Shift < 32 && format.Blue.Shift < 32;
    }

    public void Write(Span<byte> bytes)
    {
        bytes[..SizeBytes].Clear();
        bytes[0] = (byte)BitsPerPixel;
        bytes[1] = 24;
        bytes[2] = (byte)(BigEndian ? 1 : 0);
        bytes[3] = 1;
        WriteChannel(bytes, Red, 4, 10);
        WriteChannel(bytes, Green, 6, 11);
        WriteChannel(bytes, Blue, 8, 12);
    }

    /// <summary>Writes one pixel of a colour, each part of it 0 to 255.</summary>
    /// <returns>The bytes written.</returns>
    public int WritePixel(Span<byte> target, byte red, byte green, byte blue)
    {
        var value = Red.Of(red) | Green.Of(green) | Blue.Of(blue);
        switch (BitsPerPixel)
        {
            case 8:
                target[0] = (byte)value;
                break;
            case 16 when BigEndian:
                BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)value);
                break;
            case 16:
                BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)value);
                break;
            case var _ when BigEndian:
                BinaryPrimitives.WriteUInt32BigEndian(target, value);
                break;
            default:
                BinaryPrimitives.WriteUInt32LittleEndian(target, value);
                break;
        }

        return BytesPerPixel;
    }

    private static Channel ChannelAt(ReadOnlySpan<byte> bytes, int max, int shift) =>
        new(BinaryPrimitives.ReadUInt16BigEndian(bytes[max..]), bytes[shift]);

    private static void WriteChannel(Span<byte> bytes, Channel channel, int max, int shift)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes[max..], channel.Max);
        bytes[shift] = channel.Shift;
    }

    /// <summary>Where one colour stands in a pixel.</summary>
    /// <param name="Max">Its largest value.</param>
    /// <param name="Shift">Bits below it, 0 to 31.</param>
    internal readonly record struct Channel(ushort Max, byte Shift)
    {
        public uint Of(byte intensity) => (uint)(intensity * Max / 255) << Shift;
    }
}
