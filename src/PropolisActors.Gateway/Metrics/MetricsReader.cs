using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using PropolisActors.Gateway.Http;
using PropolisActors.Metrics;

namespace PropolisActors.Gateway.Metrics;

/// <summary>
/// Answers <c>GET /metrics</c>: this service's own figures, those of its HTTP server and of the runtime.
/// </summary>
internal sealed class MetricsReader : IDisposable
{
    private static readonly string[] Others = ["Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, MetricFamily> _families = new();
    private readonly Lock _asking = new();

    public MetricsReader(ServiceMetrics metrics)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, metrics.Meter) || Others.Contains(instrument.Meter.Name, StringComparer.Ordinal))
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument, static i => new MetricFamily(i)));
        };
        _listener.MeasurementsCompleted = (instrument, _) => _families.TryRemove(instrument, out MetricFamily? _);
        _listener.SetMeasurementEventCallback<int>(static (_, value, labels, family) => Record(family, value, labels));
        _listener.SetMeasurementEventCallback<long>(static (_, value, labels, family) => Record(family, value, labels));
        _listener.SetMeasurementEventCallback<double>(static (_, value, labels, family) => Record(family, value, labels));
        _listener.Start();
    }

    /// <summary>Everything as it is now.</summary>
    public byte[] Read()
    {
        // One at a time: what is observed is measured for whoever asks.
        lock (_asking)
        {
            foreach (var family in _families.Values)
                family.Begin();
            _listener.RecordObservableInstruments();
            var text = new PrometheusText();
            foreach (var family in _families.Values.OrderBy(static family => family.Name, StringComparer.Ordinal))
                family.Write(text);
            return text.ToBytes();
        }
    }

    public async Task<Answer> AnswerAsync(HttpContext http, CancellationToken ended)
    {
        var body = Read();
        http.Response.ContentType = PrometheusText.ContentType;
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, ended);
        return new Answer.Nothing();
    }

    public void Dispose() => _listener.Dispose();

    private static void Record(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels) =>
        ((MetricFamily)family!).Record(value, labels);
}
