using Akka.Configuration;

namespace Propolis.Hocon.Tests;

/// <summary>The configuration files that come with the service.</summary>
public sealed class DeliveredFilesTests
{
    [Theory]
    [InlineData("propolis.hocon")]
    [InlineData("local.hocon")]
    [InlineData("cluster.hocon")]
    [InlineData("simulation.hocon")]
    public void Every_file_carries_the_shared_defaults(string name)
    {
        var config = Read(name);

        Assert.Equal("127.0.0.1:12400", config.GetString("propolis.listen"));
        Assert.Equal(TimeSpan.FromSeconds(10), config.GetTimeSpan("propolis.stop-grace"));
        Assert.Equal(TimeSpan.FromSeconds(60), config.GetTimeSpan("propolis.snapshot-deadline"));
        Assert.Equal(TimeSpan.FromSeconds(10), config.GetTimeSpan("akka.actor.ask-timeout"));
        Assert.Equal(3, config.GetInt("propolis.volumes.activation-quorum"));
        Assert.Equal(TimeSpan.FromSeconds(30), config.GetTimeSpan("propolis.volumes.activation-grace"));
    }

    [Theory]
    [InlineData("propolis.hocon", null, "INFO")]
    [InlineData("local.hocon", "local", "INFO")]
    [InlineData("cluster.hocon", "cluster", "INFO")]
    [InlineData("simulation.hocon", "local", "WARNING")]
    public void Each_file_changes_what_it_is_for(string name, string? provider, string logLevel)
    {
        var config = Read(name);

        Assert.Equal(provider, config.GetString("akka.actor.provider"));
        Assert.Equal(logLevel, config.GetString("akka.loglevel"));
    }

    [Fact]
    public void A_variable_of_the_environment_wins_over_the_file()
    {
        Environment.SetEnvironmentVariable("PROPOLIS_CLUSTER_HOSTNAME", "node-1.example");
        try
        {
            Assert.Equal("node-1.example", Read("cluster.hocon").GetString("akka.remote.dot-netty.tcp.hostname"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("PROPOLIS_CLUSTER_HOSTNAME", null);
        }
    }

    // As the service does: our reader reads, and the Akka in use is handed the text.
    private static Config Read(string name) => ConfigurationFactory.ParseString(
        HoconReader.ReadFile(Path.Combine(AppContext.BaseDirectory, "hocon", name)).ToString());
}
