using System.Diagnostics;
using System.Net;
using Crucible.Wire;
using PropolisActors.Cli.Client;

namespace PropolisActors.Benchmarks.Service;

/// <summary>The disk servers of the benchmark, in a process of their own: their memory and time are nobody's figure.</summary>
internal sealed class ServerFarm : IDisposable
{
    /// <summary>The word that makes this executable the farm.</summary>
    public const string Word = "servers";

    /// <summary>Of every disk: 64 MiB in 4 096 extents, so that no repair ends while it is measured.</summary>
    public static readonly RegionGeometry Geometry = new(4096, BlocksPerExtent: 4, ExtentCount: 4096);

    /// <summary>What each address is, in the order they are told. A disk needs three servers, a replacement one more.</summary>
    private static readonly ServerKind[] Kinds =
    [
        ServerKind.Quick, ServerKind.Quick, ServerKind.Quick, ServerKind.Quick,
        ServerKind.SlowPromotion, ServerKind.SlowPromotion, ServerKind.SlowPromotion,
        ServerKind.SlowCopy, ServerKind.Silent, ServerKind.Silent,
    ];

    private readonly Process _process;
    private readonly IPEndPoint[] _addresses;

    private ServerFarm(Process process, IPEndPoint[] addresses)
    {
        _process = process;
        _addresses = addresses;
    }

    /// <summary>Starts the process; when this returns, every server listens.</summary>
    public static async Task<ServerFarm> StartAsync()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(typeof(ServerFarm).Assembly.Location);
        start.ArgumentList.Add("service");
        start.ArgumentList.Add(Word);
        var process = Process.Start(start) ?? throw new InvalidOperationException("no process was started");
        var addresses = await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("the disk servers ended before they listened");
        return new ServerFarm(process, [.. addresses.Split(' ').Select(IPEndPoint.Parse)]);
    }

    /// <summary>The farm itself: tells its addresses, and ends when nobody holds its input any more.</summary>
    public static async Task<int> RunAsync()
    {
        var region = new RegionDefinition(
            Geometry.BlockSizeBytes, new Block(Geometry.BlocksPerExtent, Shift: 12), Geometry.ExtentCount, default, Encrypted: false);
        MemoryServer[] servers = [.. Kinds.Select(kind => new MemoryServer(kind, region))];
        foreach (var server in servers)
            _ = server.RunAsync();
        await Console.Out.WriteLineAsync(string.Join(' ', servers.Select(server => server.Address)));
        await Console.In.ReadToEndAsync();
        return 0;
    }

    /// <summary>Some servers that behave so.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer.</exception>
    public IPEndPoint[] Of(ServerKind kind, int count)
    {
        IPEndPoint[] found = [.. _addresses.Zip(Kinds).Where(server => server.Second == kind).Select(server => server.First).Take(count)];
        ArgumentOutOfRangeException.ThrowIfNotEqual(found.Length, count);
        return found;
    }

    /// <summary>Processor time used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
