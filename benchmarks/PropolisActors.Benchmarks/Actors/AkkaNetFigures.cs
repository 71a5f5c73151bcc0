using System.Globalization;

namespace PropolisActors.Benchmarks.Actors;

/// <summary>Figures of Akka.NET measured earlier, from <c>akka-net-figures.txt</c>; none until somebody has measured them.</summary>
internal sealed class AkkaNetFigures
{
    private readonly Dictionary<string, (double PerSecond, double Bytes)> _figures = new(StringComparer.Ordinal);

    private AkkaNetFigures()
    {
    }

    /// <summary>Reads the file that lies beside the executable.</summary>
    /// <exception cref="FormatException">A line is not of the form the file's head describes.</exception>
    public static AkkaNetFigures Read()
    {
        var figures = new AkkaNetFigures();
        var path = Path.Combine(AppContext.BaseDirectory, "Actors", "akka-net-figures.txt");
        foreach (var line in File.ReadLines(path).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var parts = line.Split('|', StringSplitOptions.TrimEntries);
            figures._figures.Add(parts[0], (Number(parts[1]), Number(parts[2])));
        }
        return figures;
    }

    /// <summary>The figures of that name as text, or a dash.</summary>
    public string Of(string name) => _figures.TryGetValue(name, out var figure)
        ? string.Create(CultureInfo.InvariantCulture, $"{figure.PerSecond:N0} ({figure.Bytes:N0} B)")
        : "-";

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
