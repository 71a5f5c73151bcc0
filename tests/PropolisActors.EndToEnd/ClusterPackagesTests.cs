using System.Net;
using System.Net.Sockets;
using PropolisActors.Cli;
using PropolisActors.Cli.Client;
using PropolisActors.Cli.Processes;
using PropolisActors.EndToEnd.Harness;

namespace PropolisActors.EndToEnd;

/// <summary>A build that has clusters.</summary>
public sealed class ClusterPackagesTests
{
    [Fact]
    public async Task A_node_alone_serves_its_VMs_and_leaves_the_cluster_when_it_is_interrupted()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var scratch = new ScratchDirectory();
        var port = FreePort();
        var config = scratch.PathOf("cluster.hocon");
        await File.WriteAllTextAsync(config,
            $$"""
            akka.actor.provider = cluster
            akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = {{port}} }
            akka.cluster.seed-nodes = ["akka.tcp://propolis@127.0.0.1:{{port}}"]
            """);
        await using var service = ChildProcess.Start(
            "serve", "--cluster", "--config", config, "--listen", "127.0.0.1:0");
        var address = await service.WaitForLineAsync("serving on ", Limits.Wait, Limits.Token);
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        http.DefaultRequestHeaders.Add(ApiClient.VersionHeader, ApiClient.Version);

        using var answer = await http.GetAsync(new Uri("/vms", UriKind.Relative), Limits.Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Signal.InterruptAsync(service.Id);

        Assert.Equal(ExitCodes.Done, await service.WaitForExitAsync(Limits.Wait, Limits.Token));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
