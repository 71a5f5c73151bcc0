using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Processes;

/// <summary>The VM service as a process of its own, on a free port of the loopback.</summary>
public sealed class ServiceChild : IAsyncDisposable
{
    /// <summary>How long it may take until it answers.</summary>
    public static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(30);

    private readonly ChildProcess _process;

    private ServiceChild(ChildProcess process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    public int ProcessId => _process.Id;

    /// <summary>Starts it; when this returns, it answers.</summary>
    /// <param name="options">More words for <c>serve</c>.</param>
    /// <param name="ct">Ends the wait, and the process.</param>
    /// <exception cref="ChildProcessException">It ended or was too slow.</exception>
    public static async Task<ServiceChild> StartAsync(IReadOnlyList<string> options, CancellationToken ct)
    {
        var process = ChildProcess.Start(["serve", "--listen", "127.0.0.1:0", .. options]);
        try
        {
            var said = await process.WaitForLineAsync("serving on ", ReadyLimit, ct);
            var address = ApiTarget.ParseServer(said)
                ?? throw new ChildProcessException($"'{process.Name}' says it serves on '{said}'.");
            return new ServiceChild(process, address);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until it has ended by itself.</summary>
    /// <exception cref="TimeoutException">It was too slow; it runs on.</exception>
    public Task WaitForExitAsync(TimeSpan limit, CancellationToken ct) => _process.WaitForExitAsync(limit, ct);

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
