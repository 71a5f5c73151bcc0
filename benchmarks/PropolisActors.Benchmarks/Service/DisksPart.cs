using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace PropolisActors.Benchmarks.Service;

/// <summary>From the request to run a VM until it is seen running: with one disk, and with eight.</summary>
internal static class DisksPart
{
    private const int Rounds = 40;
    private const int WarmUpRounds = 15;
    private const int ManyDisks = 8;
    private const double RatioMax = 1.2;

    public static async IAsyncEnumerable<Figure> MeasureAsync(ServerFarm farm)
    {
        await using var service = await MeasuredService.StartAsync();
        using var http = await service.ConnectAsync();
        await RoundsAsync(http, farm.Of(ServerKind.Quick, 3), WarmUpRounds, "warm");
        var (one, many) = await RoundsAsync(http, farm.Of(ServerKind.SlowPromotion, 3), Rounds, "slow");
        yield return new Figure("start of a VM with 1 disk, servers that promote in 5 ms, median", one, "ms");
        yield return new Figure($"the same with {ManyDisks} disks", many, "ms");
        yield return new Figure("ratio", many / one, "x", RatioMax);
        (one, many) = await RoundsAsync(http, farm.Of(ServerKind.Quick, 3), Rounds, "quick");
        yield return new Figure("start of a VM with 1 disk, servers that answer at once, median", one, "ms");
        yield return new Figure($"the same with {ManyDisks} disks", many, "ms");
        yield return new Figure("ratio", many / one, "x");
    }

    /// <summary>Takes turns, so that whatever else the machine does meets both.</summary>
    private static async Task<(double One, double Many)> RoundsAsync(
        KeptConnection http, IPEndPoint[] servers, int rounds, string name)
    {
        var (one, many) = (new List<double>(), new List<double>());
        for (var i = 0; i < rounds; i++)
        {
            var number = i.ToString(CultureInfo.InvariantCulture);
            one.Add(await StartAndStopAsync(http, new BenchVm($"{name}-one-{number}", 1, servers)));
            many.Add(await StartAndStopAsync(http, new BenchVm($"{name}-many-{number}", ManyDisks, servers)));
        }

        one.Sort();
        many.Sort();
        return (one.Quantile(0.5), many.Quantile(0.5));
    }

    private static async Task<double> StartAndStopAsync(KeptConnection http, BenchVm vm)
    {
        await vm.CreateAsync(http);
        var begun = Stopwatch.GetTimestamp();
        await vm.PutStateAsync(http, "Run");
        await vm.UntilAsync(http, "Running");
        var time = ServiceBenchmark.MillisecondsSince(begun);
        await vm.PutStateAsync(http, "Stop");
        await vm.UntilAsync(http, "Destroyed");
        return time;
    }
}
