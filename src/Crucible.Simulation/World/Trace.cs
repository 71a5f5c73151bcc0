using System.Globalization;
using System.Text;

namespace Crucible.Simulation.World;

/// <summary>What happened, one line each, for people. Costs nothing in a run that does not keep it.</summary>
internal sealed class Trace(VirtualClock clock, bool kept)
{
    private const int LinesMax = 100_000;
    private readonly StringBuilder _text = new();
    private int _lines;

    public bool Kept => kept;

    public void Add([System.Runtime.CompilerServices.InterpolatedStringHandlerArgument("")] TraceLine line)
    {
        if (kept)
            Append(line.Text());
    }

    public void Add(string line)
    {
        if (kept)
            Append(line);
    }

    public override string ToString() => _text.ToString();

    private void Append(string line)
    {
        if (++_lines > LinesMax)
            return;
        var seconds = (clock.Now - DateTimeOffset.UnixEpoch).TotalSeconds;
        _text.Append(CultureInfo.InvariantCulture, $"{seconds,12:0.0000000} {line}\n");
    }
}
