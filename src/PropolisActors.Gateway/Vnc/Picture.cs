using System.Buffers.Binary;

namespace PropolisActors.Gateway.Vnc;

/// <summary>
/// Draws a text screen as one raw update of the whole picture, light grey on black, band by band so that no client costs
/// more than one band. Source: RFC 6143, sections 7.6.1 and 7.7.1.
/// </summary>
internal static class Picture
{
    public const int Width = 800;
    public const int Height = 600;

    /// <summary>Bands of a picture; the last is lower than the others, and black.</summary>
    public const int Bands = TextScreen.Rows + 1;

    /// <summary>Bytes of the largest band, header included.</summary>
    public const int BandBytesMax = UpdateHeaderBytes + (Width * CellHeight * PixelFormat.PixelBytesMax);

    private const int CellWidth = Width / TextScreen.Columns;
    private const int CellHeight = 16;
    private const int UpdateHeaderBytes = 16;

    // Each dot is two pixels high, which makes letters of a usual shape.
    private const int DotHeight = 2;
    private const byte Lit = 200;

    /// <summary>Writes one band; the first begins with the header of the update.</summary>
    /// <returns>The bytes written.</returns>
    public static int WriteBand(TextScreen screen, int band, PixelFormat format, Span<byte> target)
    {
        var at = band == 0 ? WriteHeader(target) : 0;
        var text = band < TextScreen.Rows ? screen.Row(band) : [];
        var height = Math.Min(CellHeight, Height - (band * CellHeight));
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                var column = x / CellWidth;
                var isLit = column < text.Length && Glyphs.HasDot(text[column], x % CellWidth, y / DotHeight);
                at += isLit ? format.WritePixel(target[at..], Lit, Lit, Lit) : format.WritePixel(target[at..], 0, 0, 0);
            }
        }

        return at;
    }

    private static int WriteHeader(Span<byte> target)
    {
        target[..UpdateHeaderBytes].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], 1);
        BinaryPrimitives.WriteUInt16BigEndian(target[8..], Width);
        BinaryPrimitives.WriteUInt16BigEndian(target[10..], Height);
        return UpdateHeaderBytes;
    }
}
