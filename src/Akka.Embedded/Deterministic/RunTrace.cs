using System.Globalization;

namespace Akka.Deterministic;

/// <summary>What happened in one run: lines for a person, and a hash over all of them.</summary>
internal sealed class RunTrace
{
    /// <summary>Lines kept for reading; later ones are only hashed.</summary>
    public const int LinesMax = 100_000;

    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;
    private readonly List<string> _lines = [];
    private ulong _hash = FnvOffset;

    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Off in runs that nobody will read: an explorer's, which runs a failing one again to read it.</summary>
    public bool IsOff { get; init; }

    /// <summary>FNV-1a over the UTF-16 code units of all lines, 16 hexadecimal digits.</summary>
    public string Hash => _hash.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Adds a line: the virtual time since the start, and what happened then.</summary>
    public void Add(TimeSpan at, string what)
    {
        var line = string.Create(
            CultureInfo.InvariantCulture, $"{at.Ticks / TimeSpan.TicksPerSecond}.{at.Ticks % TimeSpan.TicksPerSecond:D7} {what}");
        foreach (var unit in line)
            _hash = (_hash ^ unit) * FnvPrime;
        _hash = (_hash ^ '\n') * FnvPrime;
        if (_lines.Count < LinesMax)
            _lines.Add(line);
    }
}
