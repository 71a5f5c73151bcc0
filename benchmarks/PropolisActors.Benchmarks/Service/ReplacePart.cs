using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace PropolisActors.Benchmarks.Service;

/// <summary>
/// Replacements through HTTP while a thousand VMs hang in their start, each on a disk with one black-holed server; and the same
/// requests to a service whose VMs were only created.
/// </summary>
internal static class ReplacePart
{
    private const int Vms = 1000;
    private const double P99MillisecondsMax = 10;

    public static async IAsyncEnumerable<Figure> MeasureAsync(ServerFarm farm)
    {
        var idle = await MeasureAsync(farm, isStarting: false);
        var busy = await MeasureAsync(farm, isStarting: true);
        yield return new Figure($"replacement while {Vms} VMs start, one black hole each, p99", busy.P99, "ms", P99MillisecondsMax);
        yield return new Figure("median", busy.Median, "ms");
        yield return new Figure("the same on an idle service, p99", idle.P99, "ms");
        yield return new Figure("median", idle.Median, "ms");
        yield return new Figure("ratio of the p99", busy.P99 / idle.P99, "x");
        yield return new Figure("ratio of the medians", busy.Median / idle.Median, "x");
        yield return new Figure("processor time of the service for each, starting", busy.ProcessorMicroseconds, "us");
        yield return new Figure("the same, idle", idle.ProcessorMicroseconds, "us");
        yield return new Figure("the replacement that frees them, p99", busy.FreeingP99, "ms", P99MillisecondsMax);
        yield return new Figure("VMs running afterwards", busy.Running, "", Vms, IsLeast: true);
    }

    private static async Task<Outcome> MeasureAsync(ServerFarm farm, bool isStarting)
    {
        await using var service = await MeasuredService.StartAsync();
        var good = farm.Of(ServerKind.Quick, 4);
        var holes = farm.Of(ServerKind.Silent, 2);
        BenchVm[] vms = [.. Enumerable.Range(0, Vms).Select(i =>
            new BenchVm($"vm-{i.ToString(CultureInfo.InvariantCulture)}", 1, good[0], good[1], holes[0]))];
        await service.EachAsync(vms, static (http, vm) => vm.CreateAsync(http));
        if (isStarting)
        {
            await service.EachAsync(vms, static async (http, vm) =>
            {
                await vm.PutStateAsync(http, "Run");
                await vm.UntilAsync(http, "Starting");
            });
        }

        // From one black hole to another, so that all of them go on starting; the first time only warms up.
        await ReplaceAsync(service, vms, vm => vm.ReplaceRequest(2, holes[1]));
        var before = service.ProcessorTime;
        var times = await ReplaceAsync(service, vms, vm => vm.ReplaceRequest(2, holes[0]));
        var cost = (service.ProcessorTime - before).TotalMicroseconds / Vms;
        if (!isStarting)
            return new Outcome(times.Quantile(0.99), times.Quantile(0.5), cost, 0, 0);

        var freeing = await ReplaceAsync(service, vms, vm => vm.ReplaceRequest(2, good[3]));
        await service.EachAsync(vms, static (http, vm) => vm.UntilAsync(http, "Running"));
        return new Outcome(times.Quantile(0.99), times.Quantile(0.5), cost, freeing.Quantile(0.99), Vms);
    }

    private static async Task<List<double>> ReplaceAsync(MeasuredService service, BenchVm[] vms, Func<BenchVm, byte[]> request)
    {
        var times = new ConcurrentBag<double>();
        await service.EachAsync(vms, async (http, vm) =>
        {
            var bytes = request(vm);
            var begun = Stopwatch.GetTimestamp();
            var (status, body) = await http.SendAsync(bytes);
            times.Add(ServiceBenchmark.MillisecondsSince(begun));
            if (status != 200)
                throw new InvalidOperationException($"answered {status}: {System.Text.Encoding.UTF8.GetString(body.Span)}");
        });
        return [.. times.Order()];
    }

    private sealed record Outcome(double P99, double Median, double ProcessorMicroseconds, double FreeingP99, int Running);
}
