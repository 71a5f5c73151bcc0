using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using PropolisActors.Cli.Processes;

namespace PropolisActors.Benchmarks.Service;

/// <summary>Two thousand VMs with ten thousand disks, none of whose servers is there: they are created, start, and are
/// stopped.</summary>
internal static class ManyPart
{
    private const int Vms = 2000;
    private const int Disks = 5;
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(10);

    public static async IAsyncEnumerable<Figure> MeasureAsync(ServerFarm farm)
    {
        await using var dead = new BlackHole(BlackHoleKind.Closed);
        await using var service = await MeasuredService.StartAsync();
        BenchVm[] vms = [.. Enumerable.Range(0, Vms).Select(i =>
            new BenchVm($"vm-{i.ToString(CultureInfo.InvariantCulture)}", Disks, [.. ThreeDead(dead.Address.Port)]))];

        var before = service.ProcessorTime;
        await service.EachAsync(vms, static (http, vm) => vm.CreateAsync(http));
        yield return Cost($"processor time of a creation, {Vms} VMs of {Disks} disks", service, before);
        before = service.ProcessorTime;
        await service.EachAsync(vms, static (http, vm) => vm.PutStateAsync(http, "Run"));
        yield return Cost("of a request to run one", service, before);

        (before, var begun) = (service.ProcessorTime, Stopwatch.GetTimestamp());
        await Task.Delay(Watched);
        var share = (service.ProcessorTime - before).TotalSeconds / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        yield return new Figure($"processors taken while {Vms * Disks} disks seek their servers", share, "");

        using var http = await service.ConnectAsync();
        await ListAsync(http);
        begun = Stopwatch.GetTimestamp();
        var list = await ListAsync(http);
        yield return new Figure($"GET /vms, {list.Length / 1024} KiB", ServiceBenchmark.MillisecondsSince(begun), "ms");
        yield return new Figure("VMs starting", Count(list, "Starting"), "", Vms, IsLeast: true);

        begun = Stopwatch.GetTimestamp();
        await service.EachAsync(vms, static (http, vm) => vm.PutStateAsync(http, "Stop"));
        await service.EachAsync(vms, static (http, vm) => vm.UntilAsync(http, "Destroyed"));
        yield return new Figure("until all of them are destroyed", ServiceBenchmark.MillisecondsSince(begun) / 1000, "s");
        yield return new Figure("VMs destroyed", Count(await ListAsync(http), "Destroyed"), "", Vms, IsLeast: true);
    }

    private static Figure Cost(string name, MeasuredService service, TimeSpan before) =>
        new(name, (service.ProcessorTime - before).TotalMicroseconds / Vms, "us");

    private static async Task<string> ListAsync(KeptConnection http)
    {
        var (_, body) = await http.SendAsync(KeptConnection.Request("GET", "/vms"));
        return Encoding.UTF8.GetString(body.Span);
    }

    private static int Count(string list, string state) => list.Split($"\"state\":\"{state}\"").Length - 1;

    /// <summary>One closed port on three addresses of this machine: the targets of a disk have to differ.</summary>
    private static IEnumerable<IPEndPoint> ThreeDead(int port) =>
        Enumerable.Range(1, 3).Select(host => new IPEndPoint(new IPAddress([127, 0, 0, (byte)host]), port));
}
