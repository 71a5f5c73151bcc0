using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;

namespace Akka.Conformance.Tests.TestKit;

/// <summary>How a test gets its system and its actors.</summary>
public sealed class TestKitConstructionTests : Akka.TestKit.Xunit2.TestKit
{
    private static readonly Config Marked = ConfigurationFactory.ParseString("marked = on");

    [Fact]
    public void Kit_without_arguments_has_a_system_of_its_own_named_test_and_the_documented_times()
    {
        using var other = new Kit();
        Assert.Equal("test", Sys.Name);
        Assert.NotSame(Sys, other.Sys);
        Assert.Equal(1.0, TestKitSettings.TestTimeFactor);
        Assert.Equal(TimeSpan.FromSeconds(3), TestKitSettings.SingleExpectDefault);
        Assert.Equal(TimeSpan.FromSeconds(5), TestKitSettings.DefaultTimeout);
        Assert.Equal(TimeSpan.FromSeconds(3), TestKitSettings.TestEventFilterLeeway);
    }

    [Fact]
    public void Kit_takes_text_a_configuration_or_a_setup()
    {
        using var text = new Kit("marked = on");
        using var config = new Kit(Marked, "configured");
        using var setup = new Kit(ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(Marked)), "set-up");
        foreach (var kit in new[] { text, config, setup })
            Assert.True(kit.Sys.Settings.Config.GetBoolean("marked"));
        Assert.Equal(("configured", "set-up"), (config.Sys.Name, setup.Sys.Name));
    }

    [Fact]
    public async Task Kit_takes_a_system_that_is_there_and_disposal_ends_it()
    {
        var system = ActorSystem.Create("there", Akka.TestKit.TestKitBase.DefaultConfig);
        using (var kit = new Kit(system))
            Assert.Same(system, kit.Sys);
        await system.WhenTerminated.WaitAsync(Limits.Long);
    }

    [Fact]
    public void Kit_makes_top_level_actors_by_props_by_type_and_by_expression()
    {
        IActorRef[] actors =
        [
            ActorOf(Props.Create(() => new Echoing()), "by-props"),
            ActorOf<Echoing>("by-type"),
            ActorOf(() => new Echoing(), "by-expression"),
        ];
        Assert.Equal(["by-props", "by-type", "by-expression"], actors.Select(actor => actor.Path.Name));
        foreach (var actor in actors)
        {
            Assert.Equal("user", actor.Path.Parent.Name);
            actor.Tell("a");
            ExpectMsgFrom(actor, "a");
        }
        Assert.StartsWith("$", ActorOf<Echoing>().Path.Name, StringComparison.Ordinal);
    }

    private sealed class Echoing : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }

    private sealed class Kit : Akka.TestKit.Xunit2.TestKit
    {
        public Kit(ActorSystem? system = null)
            : base(system)
        {
        }

        public Kit(string hocon)
            : base(hocon)
        {
        }

        public Kit(Config config, string name)
            : base(config, name)
        {
        }

        public Kit(ActorSystemSetup setup, string name)
            : base(setup, name)
        {
        }
    }
}
