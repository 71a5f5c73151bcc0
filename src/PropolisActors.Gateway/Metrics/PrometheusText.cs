using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace PropolisActors.Gateway.Metrics;

/// <summary>Writes figures in the text format of Prometheus, version 0.0.4.</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    /// <summary>Both lines that stand before the series of a family.</summary>
    public void WriteHead(string name, string help, MetricKind kind)
    {
        _text.Append("# HELP ").Append(name).Append(' ').Append(Escaped(help)).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Gauge or MetricKind.UpAndDown => "gauge",
            MetricKind.Histogram => "histogram",
            _ => throw new UnreachableException($"{kind}"),
        }).Append('\n');
    }

    /// <summary>One figure.</summary>
    /// <param name="upTo">The upper end of a histogram's bucket, or null.</param>
    public void WriteLine(string name, ReadOnlySpan<KeyValuePair<string, object?>> labels, string? upTo, double value)
    {
        _text.Append(name);
        var separator = '{';
        foreach (var (label, text) in labels)
            WriteLabel(ref separator, label, Convert.ToString(text, CultureInfo.InvariantCulture) ?? "");
        if (upTo is not null)
            WriteLabel(ref separator, "le", upTo);
        if (separator == ',')
            _text.Append('}');
        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(_text.ToString());

    private void WriteLabel(ref char separator, string name, string text)
    {
        _text.Append(separator);
        foreach (var c in name)
            _text.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        _text.Append("=\"").Append(Escaped(text).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        separator = ',';
    }

    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
