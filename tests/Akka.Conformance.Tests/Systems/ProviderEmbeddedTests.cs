using Akka.Actor;
using Akka.Configuration;

namespace Akka.Conformance.Tests.Systems;

/// <summary>What the embedded provider is not.</summary>
public sealed class ProviderEmbeddedTests
{
    [Theory]
    [InlineData("cluster")]
    [InlineData("remote")]
    [InlineData("Akka.Cluster.ClusterActorRefProvider, Akka.Cluster")]
    public void Provider_of_several_processes_is_refused_and_the_way_out_named(string provider)
    {
        var thrown = Assert.Throws<ConfigurationException>(
            () => ActorSystem.Create("far", $"akka.actor.provider = \"{provider}\""));
        Assert.Contains(provider, thrown.Message, StringComparison.Ordinal);
        Assert.Contains("AkkaProvider=packages", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Provider_chosen_by_a_setup_is_refused_alike()
        => Assert.Throws<ConfigurationException>(() => ActorSystem.Create(
            "far", BootstrapSetup.Create().WithActorRefProvider(ProviderSelection.Cluster.Instance)));

    [Theory]
    [InlineData("akka.actor.default-dispatcher.throughput = 0", "akka.actor.default-dispatcher.throughput")]
    [InlineData("akka.actor.default-dispatcher.throughput-deadline-time = 5ms", "throughput-deadline-time")]
    [InlineData("akka.actor.default-dispatcher.executor = channel-executor", "channel-executor")]
    [InlineData("akka.actor.default-dispatcher.type = SynchronizedDispatcher", "SynchronizedDispatcher")]
    [InlineData(
        "akka.actor.default-mailbox.mailbox-type = \"Akka.Dispatch.BoundedMailbox, Akka\"", "Akka.Dispatch.BoundedMailbox")]
    public void Configuration_of_what_does_not_exist_here_is_refused_at_the_start_by_name(string hocon, string name)
    {
        var thrown = Assert.Throws<ConfigurationException>(() => ActorSystem.Create("other", hocon));
        Assert.Contains(name, thrown.Message, StringComparison.Ordinal);
    }
}
