using System.Diagnostics;
using System.Net;
using PropolisActors.Cli.Processes;

namespace PropolisActors.Benchmarks.Service;

/// <summary>The service in a process of its own, with a journal on disk, as it is run in earnest.</summary>
internal sealed class MeasuredService : IAsyncDisposable
{
    private readonly ScratchDirectory _data = new();
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

    public async ValueTask DisposeAsync()
    {
        await _child.DisposeAsync();
        _data.Dispose();
    }
}
