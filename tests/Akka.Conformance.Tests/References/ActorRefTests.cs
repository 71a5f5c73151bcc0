using Akka.Actor;
using Akka.Event;

namespace Akka.Conformance.Tests.References;

/// <summary>References, paths and addresses.</summary>
public sealed class ActorRefTests : Akka.TestKit.Xunit2.TestKit
{
    [Fact]
    public void Tell_of_null_throws_at_the_caller()
    {
        // The packages queue what comes before an actor has started without looking at it.
        var started = Sys.ActorOf(FuncActor.Echo());
        started.Tell("started");
        ExpectMsg("started");
        Assert.Throws<ArgumentNullException>(() => started.Tell(null!));
    }

    [Fact]
    public void Tell_to_a_stopped_actor_does_not_throw()
    {
        var actor = Sys.ActorOf(FuncActor.Echo());
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        actor.Tell("late");
    }

    [Fact]
    public void Tell_in_an_actor_comes_from_it()
    {
        var actor = Sys.ActorOf(FuncActor.Of((_, _) => TestActor.Tell("implicit")));
        actor.Tell("go");
        ExpectMsgFrom(actor, "implicit");
    }

    [Fact]
    public void Forward_keeps_the_sender()
    {
        var target = CreateTestProbe();
        Sys.ActorOf(FuncActor.Of((message, _) => target.Ref.Forward(message))).Tell("on");
        target.ExpectMsgFrom(TestActor, "on");
    }

    [Fact]
    public void References_are_equal_by_path_and_incarnation_and_serve_as_keys()
    {
        var a = Sys.ActorOf(FuncActor.Echo(), "a");
        var b = Sys.ActorOf(FuncActor.Echo(), "b");
        var parent = Sys.ActorOf(FuncActor.Of((_, context) => context.Sender.Tell(context.Self, context.Self)), "c");
        parent.Tell("self");
        Assert.Equal(parent, ExpectMsg<IActorRef>());
        Assert.NotEqual(a, b);
        Assert.True(a.CompareTo(b) < 0);
        Assert.Equal(0, a.CompareTo(a));
        var table = new Dictionary<IActorRef, int> { [a] = 1, [b] = 2, [parent] = 3 };
        Assert.Equal(3, table[LastSender]);
    }

    [Fact]
    public async Task Nobody_swallows_tells_and_cannot_be_asked()
    {
        ActorRefs.Nobody.Tell("gone");
        await Assert.ThrowsAsync<NotSupportedException>(() => ActorRefs.Nobody.Ask("question", Limits.Long));
        Assert.Null(ActorRefs.NoSender);
    }

    [Fact]
    public void IsNobody_holds_for_null_nobody_and_dead_letters()
    {
        Assert.True(((IActorRef)null!).IsNobody());
        Assert.True(ActorRefs.Nobody.IsNobody());
        Assert.True(Sys.DeadLetters.IsNobody());
        Assert.False(TestActor.IsNobody());
    }

    [Fact]
    public void ToString_shows_path_and_incarnation()
    {
        var actor = Sys.ActorOf(FuncActor.Echo(), "shown");
        Assert.Equal($"[akka://test/user/shown#{actor.Path.Uid}]", actor.ToString());
    }

    [Fact]
    public void Path_has_name_parent_root_elements_and_address()
    {
        var path = Sys.ActorOf(FuncActor.Echo(), "a").Path / "b";
        Assert.Equal("akka://test/user/a/b", path.ToString());
        Assert.Equal("/user/a/b", path.ToStringWithoutAddress());
        Assert.Equal("b", path.Name);
        Assert.Equal("a", path.Parent.Name);
        Assert.Equal(new[] { "user", "a", "b" }, path.Elements);
        Assert.Equal("akka://test/", path.Root.ToString());
        Assert.Equal(new Address("akka", "test"), path.Address);
        Assert.Equal(path, path.Parent.Child("b"));
        Assert.Equal(
            "akka.tcp://test@host:1/user/a/b", path.ToStringWithAddress(new Address("akka.tcp", "test", "host", 1)));
    }

    [Fact]
    public void Paths_ignore_the_incarnation_and_the_serialization_format_names_it()
    {
        var path = Sys.ActorOf(FuncActor.Echo(), "a").Path;
        Assert.Equal(path.WithUid(path.Uid + 1), path);
        Assert.Equal(path.GetHashCode(), path.WithUid(path.Uid + 1).GetHashCode());
        Assert.Equal($"akka://test/user/a#{path.Uid}", path.ToSerializationFormat());
    }

    [Fact]
    public void Path_parses_its_own_text_and_refuses_others()
    {
        var path = ActorPath.Parse("akka.tcp://sys@host:12/user/a#7");
        Assert.Equal("akka.tcp://sys@host:12/user/a", path.ToString());
        Assert.Equal(7, path.Uid);
        Assert.False(ActorPath.TryParse("/user/a", out _));
        Assert.Throws<UriFormatException>(() => ActorPath.Parse("nonsense"));
        Assert.True(ActorPath.IsValidPathElement("ok"));
        Assert.False(ActorPath.IsValidPathElement("not ok"));
    }

    [Fact]
    public void Address_has_parts_a_text_and_a_scope()
    {
        var local = new Address("akka", "sys");
        var remote = Address.Parse("akka.tcp://sys@host:12");
        Assert.Equal("akka://sys", local.ToString());
        Assert.True(local.HasLocalScope);
        Assert.False(remote.HasLocalScope);
        Assert.Equal(("akka.tcp", "sys", "host", 12), (remote.Protocol, remote.System, remote.Host, remote.Port));
        Assert.Equal(new Address("akka.tcp", "sys", "host", 12), remote);
        Assert.NotEqual(local, remote);
    }

    [Fact]
    public void Dead_letters_can_be_told_directly()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        Sys.DeadLetters.Tell("direct");
        Assert.Equal("direct", ExpectMsg<DeadLetter>().Message);
    }
}
