using System.Diagnostics;
using System.Net;
using PropolisActors.Cli.Processes;

namespace PropolisActors.Benchmarks.Service;

/// <summary>The service in a process of its own, with a journal on disk, as it is run in earnest.</summary>
internal sealed class MeasuredService : IAsyncDisposable
{
    private const int Connections = 4;

    private readonly ScratchDirectory _data;
    private readonly ServiceChild _child;

    private MeasuredService(ServiceChild child, ScratchDirectory data)
    {
        _child = child;
        _data = data;
    }

    public IPEndPoint Address => IPEndPoint.Parse(_child.Address.Authority);

    /// <summary>Processor time used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            using var process = Process.GetProcessById(_child.ProcessId);
            return process.TotalProcessorTime;
        }
    }

    public static async Task<MeasuredService> StartAsync()
    {
        var data = new ScratchDirectory();
        return new MeasuredService(
            await ServiceChild.StartAsync(["--data", data.PathOf("service")], CancellationToken.None), data);
    }

    public Task<KeptConnection> ConnectAsync() => KeptConnection.OpenAsync(Address);

    /// <summary>Does something to each VM; a few connections share them.</summary>
    public async Task EachAsync(BenchVm[] vms, Func<KeptConnection, BenchVm, Task> act) =>
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async number =>
        {
            using var http = await ConnectAsync();
            for (var i = number; i < vms.Length; i += Connections)
                await act(http, vms[i]);
        }));

    public async ValueTask DisposeAsync()
    {
        await _child.DisposeAsync();
        _data.Dispose();
    }
}
