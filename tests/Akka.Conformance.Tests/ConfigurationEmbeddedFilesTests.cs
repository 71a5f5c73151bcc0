using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Akka.Conformance.Tests;

/// <summary>The configuration files that come with the service.</summary>
public sealed class ConfigurationEmbeddedFilesTests
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
        Assert.Equal(TimeSpan.FromSeconds(10), config.GetTimeSpan("akka.actor.ask-timeout"));
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

    private static Config Read(string name) => new(ReadRoot(name));

    private static HoconRoot ReadRoot(string name) =>
        Parser.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "hocon", name)), ReadRoot);
}
