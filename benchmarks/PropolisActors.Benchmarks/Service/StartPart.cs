using System.Diagnostics;
using PropolisActors.Cli.Processes;

namespace PropolisActors.Benchmarks.Service;

/// <summary>From the start of the process to its first answer over HTTP.</summary>
internal static class StartPart
{
    private const int Rounds = 7;
    private const double MillisecondsMax = 500;

    public static async IAsyncEnumerable<Figure> MeasureAsync(ServerFarm farm)
    {
        var times = new List<double>();
        for (var i = 0; i < Rounds; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            await using var service = await ServiceChild.StartAsync([], CancellationToken.None);
            using var http = await KeptConnection.OpenAsync(System.Net.IPEndPoint.Parse(service.Address.Authority));
            await http.MustAsync("GET", "/vms");
            times.Add(ServiceBenchmark.MillisecondsSince(begun));
        }

        times.Sort();
        yield return new Figure($"process start to first answer, median of {Rounds}", times.Quantile(0.5), "ms", MillisecondsMax);
        yield return new Figure("the slowest of them", times[^1], "ms");
    }
}
