using Akka.Actor;

namespace Akka.Conformance.Tests.References;

/// <summary>What an actor sees of its surroundings.</summary>
public sealed class ActorContextTests : Akka.TestKit.Xunit2.TestKit
{
    [Fact]
    public void Context_names_self_sender_parent_system_and_props()
    {
        var props = FuncActor.Of((_, context) => context.Sender.Tell(
            (context.Self, context.Sender, context.Parent, context.System, context.Props), context.Self));
        var actor = ChildActorOf(props, "child");
        actor.Tell("tell");
        var (self, sender, parent, system, own) =
            ExpectMsg<(IActorRef Self, IActorRef Sender, IActorRef Parent, ActorSystem System, Props Props)>();
        Assert.Equal(actor, self);
        Assert.Equal(TestActor, sender);
        Assert.Equal(TestActor, parent);
        Assert.Same(Sys, system);
        Assert.Equal(props.Type, own.Type);
    }

    [Fact]
    public void Sender_of_a_message_without_one_is_dead_letters()
    {
        var actor = Sys.ActorOf(FuncActor.Of((_, context) => TestActor.Tell(context.Sender, context.Self)));
        actor.Tell("anonymous", ActorRefs.NoSender);
        ExpectMsg(Sys.DeadLetters);
    }

    [Fact]
    public void Child_finds_a_child_by_name_or_nobody()
    {
        var actor = Sys.ActorOf(FuncActor.Of((_, context) =>
        {
            var child = context.ActorOf(FuncActor.Echo(), "there");
            context.Sender.Tell(
                (context.Child("there").Equals(child), context.Child("missing").IsNobody()), context.Self);
        }));
        actor.Tell("look");
        ExpectMsg((true, true));
    }

    [Fact]
    public void GetChildren_is_a_snapshot()
    {
        var actor = Sys.ActorOf(FuncActor.Of((_, context) =>
        {
            var one = context.ActorOf(FuncActor.Echo(), "one");
            var before = context.GetChildren().ToArray();
            context.ActorOf(FuncActor.Echo(), "two");
            context.Sender.Tell(
                (before.Length, before[0].Equals(one), context.GetChildren().Count()), context.Self);
        }));
        actor.Tell("look");
        ExpectMsg((1, true, 2));
    }

    [Fact]
    public void Relative_selection_begins_at_the_actor()
    {
        var actor = Sys.ActorOf(FuncActor.Of((message, context) =>
        {
            if (message is not "go")
                return;
            context.ActorOf(FuncActor.Echo(), "child");
            context.ActorSelection("child").Tell("down", context.Sender);
            context.ActorSelection("../sibling").Tell("across", context.Sender);
        }));
        Sys.ActorOf(FuncActor.Echo(), "sibling");
        actor.Tell("go");
        ExpectMsgAllOf(new[] { "down", "across" });
    }

    [Fact]
    public void Become_of_the_context_takes_a_behaviour_that_may_not_handle()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Akka.Event.UnhandledMessage));
        var actor = Sys.ActorOf(FuncActor.Of((_, context) => context.Become((Receive)(message => message is "known"))));
        actor.Tell("become");
        actor.Tell("known");
        actor.Tell("unknown");
        Assert.Equal("unknown", ExpectMsg<Akka.Event.UnhandledMessage>().Message);
    }

    [Fact]
    public void Stop_of_the_context_stops_any_actor()
    {
        var other = Sys.ActorOf(FuncActor.Echo());
        Watch(other);
        Sys.ActorOf(FuncActor.Of((_, context) => context.Stop(other))).Tell("stop");
        ExpectTerminated(other);
    }
}
