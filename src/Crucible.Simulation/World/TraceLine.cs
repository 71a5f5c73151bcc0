using System.Globalization;
using System.Runtime.CompilerServices;

namespace Crucible.Simulation.World;

/// <summary>A line that is put together only if it is kept: millions are not.</summary>
[InterpolatedStringHandler]
internal ref struct TraceLine
{
    private DefaultInterpolatedStringHandler _text;

    public TraceLine(int literalLength, int formattedCount, Trace trace, out bool isKept)
    {
        isKept = trace.Kept;
        _text = isKept
            ? new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture)
            : default;
    }

    public void AppendLiteral(string text) => _text.AppendLiteral(text);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public void AppendFormatted<T>(T value, string? format) => _text.AppendFormatted(value, format);

    public string Text() => _text.ToStringAndClear();
}
