namespace PropolisActors.Gateway.Metrics;

/// <summary>One figure of an instrument, told from its others by labels. Guarded by its family.</summary>
/// <param name="labels">In the order in which they were given.</param>
/// <param name="bounds">The upper ends of a histogram's buckets, rising; null for a single figure.</param>
internal sealed class MetricSeries(KeyValuePair<string, object?>[] labels, double[]? bounds)
{
    private readonly long[]? _buckets = bounds is null ? null : new long[bounds.Length + 1];
    private double _sum;
    private long _count;

    public bool Has(ReadOnlySpan<KeyValuePair<string, object?>> others)
    {
        if (others.Length != labels.Length)
            return false;
        for (var i = 0; i < labels.Length; i++)
        {
            if (!string.Equals(labels[i].Key, others[i].Key, StringComparison.Ordinal) || !Equals(labels[i].Value, others[i].Value))
                return false;
        }

        return true;
    }

    /// <summary>Takes up one measurement.</summary>
    /// <param name="isWhole">It stands for all before it; otherwise it comes on top.</param>
    public void Record(double value, bool isWhole)
    {
        _sum = isWhole ? value : _sum + value;
        _count++;
        if (_buckets is null)
            return;
        var place = Array.BinarySearch(bounds!, value);
        _buckets[place < 0 ? ~place : place]++;
    }

    public void Write(PrometheusText text, string name)
    {
        if (_buckets is null)
        {
            text.WriteLine(name, labels, null, _sum);
            return;
        }

        long below = 0;
        for (var i = 0; i < bounds!.Length; i++)
        {
            below += _buckets[i];
            text.WriteLine($"{name}_bucket", labels, PrometheusText.Number(bounds[i]), below);
        }

        text.WriteLine($"{name}_bucket", labels, "+Inf", _count);
        text.WriteLine($"{name}_sum", labels, null, _sum);
        text.WriteLine($"{name}_count", labels, null, _count);
    }
}
