using PropolisActors.Cli;
using PropolisActors.Cli.Processes;
using PropolisActors.EndToEnd.Harness;

namespace PropolisActors.EndToEnd;

/// <summary>A build of one process that is asked for a cluster.</summary>
public sealed class ClusterEmbeddedTests
{
    [Fact]
    public async Task Serving_as_a_node_of_a_cluster_is_refused_with_one_line_that_names_the_build_property()
    {
        var refusal = await Executable.RefusalOfAsync(
            ExitCodes.WrongUsage, "serve", "--cluster", "--listen", "127.0.0.1:0");

        Assert.Contains("AkkaProvider=packages", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_that_asks_for_a_cluster_is_refused_the_same_way()
    {
        using var scratch = new ScratchDirectory();
        var config = scratch.PathOf("cluster.hocon");
        await File.WriteAllTextAsync(config, "akka.actor.provider = cluster");

        var refusal = await Executable.RefusalOfAsync(
            ExitCodes.WrongUsage, "serve", "--config", config, "--listen", "127.0.0.1:0");

        Assert.Contains("AkkaProvider=packages", refusal, StringComparison.Ordinal);
    }
}
