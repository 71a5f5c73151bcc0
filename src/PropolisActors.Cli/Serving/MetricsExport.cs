using Akka.Configuration;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using PropolisActors.Metrics;

namespace PropolisActors.Cli.Serving;

/// <summary>Sends the service's figures to a collector, as OTLP over HTTP, if the configuration names one.</summary>
/// <remarks>A collector that is not there costs a log line of the library's own and nothing else: nobody waits for it.</remarks>
internal sealed class MetricsExport(MeterProvider? provider) : IDisposable
{
    private static readonly TimeSpan IntervalUsual = TimeSpan.FromSeconds(10);

    /// <summary>Begins to send; does nothing when no collector is configured.</summary>
    /// <exception cref="CommandFailedException">Its address is none.</exception>
    public static MetricsExport Start(Config config)
    {
        if (config.GetString("propolis.metrics.otlp-endpoint", "") is not { Length: > 0 } text)
            return new MetricsExport(null);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var collector) || collector.Scheme is not ("http" or "https"))
            throw new CommandFailedException(
                $"propolis.metrics.otlp-endpoint is '{text}', which is not an address such as http://127.0.0.1:4318/v1/metrics.",
                ExitCodes.WrongUsage);
        var interval = config.GetTimeSpan("propolis.metrics.otlp-interval", IntervalUsual);
        return new MetricsExport(Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(static resource => resource.AddService("propolis"))
            .AddMeter(ServiceMetrics.MeterName, "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            // Two reasons of failure for each disk, and those beyond the bound.
            .AddView("virtual_disk.*", new MetricStreamConfiguration { CardinalityLimit = (2 * ServiceMetrics.SeriesMax) + 10 })
            .AddOtlpExporter((exporter, reader) =>
            {
                exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                exporter.Endpoint = collector;
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)interval.TotalMilliseconds;
            })
            .Build());
    }

    /// <summary>Sends what is left, and ends.</summary>
    public void Dispose() => provider?.Dispose();
}
