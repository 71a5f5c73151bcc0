using System.Globalization;
using System.Net;
using PropolisActors.Cli.Processes;
using PropolisActors.Cli.Serving;

namespace PropolisActors.Benchmarks.Service;

/// <summary>Managed memory of VMs that run and do nothing. The service is in this process, its disk servers are not.</summary>
internal static class MemoryPart
{
    private const int Vms = 200;
    private const int WarmUpVms = 50;
    private const int Disks = 4;
    private const double KibMax = 64;

    public static async IAsyncEnumerable<Figure> MeasureAsync(ServerFarm farm)
    {
        // With a journal on disk, as in earnest: one in memory would keep every event.
        using var data = new ScratchDirectory();
        await using var service = await ServiceProcess.StartAsync(
            new ServeSettings(new IPEndPoint(IPAddress.Loopback, 0), new DirectoryInfo(data.PathOf("service")), IsQuiet: true),
            CancellationToken.None);
        await StartAsync(service, farm, "warm", WarmUpVms);
        var before = await SettledBytesAsync();
        var vms = await StartAsync(service, farm, "vm", Vms);
        var after = await SettledBytesAsync();
        yield return new Figure($"managed memory of an idle VM with {Disks} active disks, mean of {Vms}",
            (after - before) / (double)Vms / 1024, "KiB", KibMax);
        GC.KeepAlive(vms);
    }

    private static async Task<BenchVm[]> StartAsync(ServiceProcess service, ServerFarm farm, string name, int count)
    {
        using var http = await KeptConnection.OpenAsync(service.Address);
        BenchVm[] vms = [.. Enumerable.Range(0, count).Select(i => new BenchVm(
            $"{name}-{i.ToString(CultureInfo.InvariantCulture)}", Disks, farm.Of(ServerKind.Quick, 3)))];
        foreach (var vm in vms)
        {
            await vm.CreateAsync(http);
            await vm.PutStateAsync(http, "Run");
            await vm.UntilAsync(http, "Running");
        }

        return vms;
    }

    /// <summary>What is left when work under way has ended and everything unreachable is gone.</summary>
    private static async Task<long> SettledBytesAsync()
    {
        // Connections let go of large buffers with the pings, every 5 s; a pool lets go of what two windows of 10 s did not need.
        await Task.Delay(TimeSpan.FromSeconds(40));
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
