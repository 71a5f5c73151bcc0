using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace PropolisActors.Benchmarks.Service;

/// <summary>Status reads on connections that are kept, while a hundred disks are being repaired.</summary>
internal static class ReadsPart
{
    private const int Vms = 100;
    private const int Connections = 32;
    private const double PerSecondMin = 20_000;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(6);
    private static readonly byte[] UnderRepair = Encoding.ASCII.GetBytes("\"live_repair_in_progress\":true");

    public static async IAsyncEnumerable<Figure> MeasureAsync(ServerFarm farm)
    {
        await using var service = await MeasuredService.StartAsync();
        var vms = await StartRepairsAsync(service, farm);
        byte[][] requests = [.. vms.Select(vm => vm.StatusRequest)];
        await ReadAsync(service, requests, WarmUp);
        var (before, farmBefore, begun) = (service.ProcessorTime, farm.ProcessorTime, Stopwatch.GetTimestamp());
        var reads = await ReadAsync(service, requests, Measured);
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var cost = (service.ProcessorTime - before).TotalMicroseconds / reads;
        var farmShare = (farm.ProcessorTime - farmBefore).TotalSeconds / seconds;
        yield return new Figure($"status reads during {Vms} repairs, {Connections} kept connections", reads / seconds, "/s",
            PerSecondMin, IsLeast: true);
        yield return new Figure("processor time of the service for each, repairs included", cost, "us");
        yield return new Figure("processors taken by the disk servers meanwhile", farmShare, "");
        yield return new Figure("disks still under repair afterwards", await CountRepairsAsync(service, requests), "",
            Vms, IsLeast: true);
    }

    /// <summary>A VM each, whose third server is replaced by one that copies slowly.</summary>
    private static async Task<List<BenchVm>> StartRepairsAsync(MeasuredService service, ServerFarm farm)
    {
        using var http = await service.ConnectAsync();
        var vms = new List<BenchVm>();
        for (var i = 0; i < Vms; i++)
        {
            var vm = new BenchVm($"vm-{i.ToString(CultureInfo.InvariantCulture)}", 1, farm.Of(ServerKind.Quick, 3));
            await vm.CreateAsync(http);
            await vm.PutStateAsync(http, "Run");
            await vm.UntilAsync(http, "Running");
            await http.SendAsync(vm.ReplaceRequest(2, farm.Of(ServerKind.SlowCopy, 1)[0]));
            vms.Add(vm);
        }

        return vms;
    }

    private static async Task<long> ReadAsync(MeasuredService service, byte[][] requests, TimeSpan time)
    {
        var over = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var counts = await Task.WhenAll(Enumerable.Range(0, Connections).Select(async number =>
        {
            using var http = await service.ConnectAsync();
            long count = 0;
            for (var next = number; Stopwatch.GetTimestamp() < over; next++, count++)
            {
                var (status, _) = await http.SendAsync(requests[next % requests.Length]);
                if (status != 200)
                    throw new InvalidOperationException($"a status read was answered {status}");
            }

            return count;
        }));
        return counts.Sum();
    }

    private static async Task<int> CountRepairsAsync(MeasuredService service, byte[][] requests)
    {
        using var http = await service.ConnectAsync();
        var count = 0;
        foreach (var request in requests)
        {
            var (_, body) = await http.SendAsync(request);
            if (body.Span.IndexOf(UnderRepair) >= 0)
                count++;
        }

        return count;
    }
}
