using System.Diagnostics.Metrics;
using System.Globalization;

namespace PropolisActors.Gateway.Metrics;

/// <summary>Everything that one instrument has measured, in the form in which it is shown.</summary>
internal sealed class MetricFamily
{
    /// <summary>Series of one instrument; what has yet other labels is left out. The instruments of this service have a bound
    /// of their own far below.</summary>
    public const int SeriesMax = 20_000;

    private static readonly double[] UsualBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Lock _lock = new();
    private readonly List<MetricSeries> _series = [];
    private readonly double[]? _bounds;

    public MetricFamily(Instrument instrument)
    {
        Kind = KindOf(instrument.GetType().GetGenericTypeDefinition());
        _bounds = Kind == MetricKind.Histogram ? BoundsOf(instrument) : null;
        IsObserved = instrument.IsObservable;
        Name = NameOf(instrument, Kind);
        Help = instrument.Description ?? "";
    }

    /// <summary>As Prometheus knows it: with its unit, and <c>_total</c> behind a counter.</summary>
    public string Name { get; }

    public string Help { get; }

    public MetricKind Kind { get; }

    /// <summary>Its series are made anew each time somebody asks, so one that is gone is not shown any more.</summary>
    public bool IsObserved { get; }

    /// <summary>Takes up one measurement.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        lock (_lock)
        {
            if ((IsObserved ? null : Find(labels)) is not { } series)
            {
                if (_series.Count >= SeriesMax)
                    return;
                series = new MetricSeries(labels.ToArray(), _bounds);
                _series.Add(series);
            }

            series.Record(value, isWhole: IsObserved || Kind == MetricKind.Gauge);
        }
    }

    /// <summary>Somebody asks: what is observed is measured again.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            if (IsObserved)
                _series.Clear();
        }
    }

    /// <summary>Writes it all.</summary>
    public void Write(PrometheusText text)
    {
        lock (_lock)
        {
            if (_series.Count == 0)
                return;
            text.WriteHead(Name, Help, Kind);
            foreach (var series in _series)
                series.Write(text, Name);
        }
    }

    private MetricSeries? Find(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        foreach (var series in _series)
        {
            if (series.Has(labels))
                return series;
        }

        return null;
    }

    private static MetricKind KindOf(Type type) => type switch
    {
        _ when type == typeof(Counter<>) || type == typeof(ObservableCounter<>) => MetricKind.Counter,
        _ when type == typeof(Histogram<>) => MetricKind.Histogram,
        _ when type == typeof(Gauge<>) || type == typeof(ObservableGauge<>) => MetricKind.Gauge,
        // What goes up and down by steps is shown as where it stands.
        _ => MetricKind.UpAndDown,
    };

    private static double[] BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(static bound => (double)bound)],
        _ => UsualBounds,
    };

    private static string NameOf(Instrument instrument, MetricKind kind)
    {
        var name = new string([.. instrument.Name.Select(static c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_')]);
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "ns" => "_nanoseconds",
            "By" => "_bytes",
            _ => "",
        };
        if (!name.EndsWith(unit, StringComparison.Ordinal))
            name += unit;
        return kind == MetricKind.Counter ? string.Create(CultureInfo.InvariantCulture, $"{name}_total") : name;
    }
}
