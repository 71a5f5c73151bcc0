using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Akka.Conformance.Tests.Cluster;

/// <summary>What needs several processes or a store is refused here, naming the way out.</summary>
public sealed class ClusterEmbeddedRefusalTests
{
    [Fact]
    public void WithClustering_is_refused_naming_the_property()
    {
        var akka = new AkkaConfigurationBuilder(new ServiceCollection(), "one");
        Names("AkkaProvider=packages", () => akka.WithClustering(new ClusterOptions { Roles = ["vms"] }));
    }

    [Theory]
    [InlineData("akka.cluster.sharding.remember-entities = on", "remember-entities")]
    [InlineData("akka.cluster.sharding.use-lease = my-lease", "use-lease")]
    public void Sharding_that_needs_a_store_or_a_lease_is_refused_naming_the_key(string hocon, string key)
    {
        using var system = ActorSystem.Create("one", ConfigurationFactory.ParseString(hocon));
        Names(key, () => ClusterShardingSettings.Create(system));
        Names("AkkaProvider=packages", () => ClusterSharding.Get(system));
    }

    [Fact]
    public void Singleton_with_a_lease_is_refused_naming_the_key()
    {
        using var system = ActorSystem.Create(
            "one", ConfigurationFactory.ParseString("akka.cluster.singleton.use-lease = my-lease"));
        Names("use-lease", () => ClusterSingletonManagerSettings.Create(system));
    }

    private static void Names(string word, Action act)
        => Assert.Contains(word, Assert.Throws<ConfigurationException>(act).Message, StringComparison.Ordinal);
}
