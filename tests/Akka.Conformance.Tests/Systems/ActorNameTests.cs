using Akka.Actor;

namespace Akka.Conformance.Tests.Systems;

/// <summary>Names: which are allowed, and when they are free again.</summary>
public sealed class ActorNameTests : Akka.TestKit.Xunit2.TestKit
{
    [Fact]
    public void Null_name_is_generated_unique_and_begins_with_a_dollar()
    {
        var names = Enumerable.Range(0, 200).Select(_ => Sys.ActorOf(FuncActor.Echo()).Path.Name).ToArray();
        Assert.All(names, name => Assert.StartsWith("$", name, StringComparison.Ordinal));
        Assert.Equal(names.Length, names.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a#b")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("$a")]
    [InlineData("%zz")]
    public void Malformed_name_throws(string name)
        => Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(FuncActor.Echo(), name));

    [Theory]
    [InlineData("abcXYZ019")]
    [InlineData("-_.*$+:@&=,!~';()")]
    [InlineData("a%20b")]
    public void Name_of_allowed_characters_is_kept(string name)
        => Assert.Equal(name, Sys.ActorOf(FuncActor.Echo(), name).Path.Name);

    [Fact]
    public void Name_of_a_living_sibling_throws_and_says_so()
    {
        Sys.ActorOf(FuncActor.Echo(), "taken");
        var error = Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(FuncActor.Echo(), "taken"));
        Assert.Contains("not unique", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Name_stays_taken_until_the_parent_has_seen_the_end()
    {
        var parent = Sys.ActorOf(FuncActor.Of((_, context) =>
        {
            var child = context.ActorOf(FuncActor.Echo(), "child");
            context.Stop(child);
            context.Sender.Tell(
                Record.Exception(() => context.ActorOf(FuncActor.Echo(), "child"))!, context.Self);
        }));
        parent.Tell("go");
        ExpectMsg<InvalidActorNameException>();
    }

    [Fact]
    public void Watcher_that_heard_of_the_end_can_use_the_name_again()
    {
        for (var i = 0; i < 200; i++)
        {
            var actor = Sys.ActorOf(FuncActor.Echo(), "again");
            Watch(actor);
            Sys.Stop(actor);
            ExpectTerminated(actor);
        }
    }

    [Fact]
    public void Later_actor_of_the_same_name_has_an_equal_path_but_is_another_reference()
    {
        var first = Sys.ActorOf(FuncActor.Echo(), "again");
        Watch(first);
        Sys.Stop(first);
        ExpectTerminated(first);
        var second = Sys.ActorOf(FuncActor.Echo(), "again");
        Assert.Equal(first.Path, second.Path);
        Assert.NotEqual(first.Path.Uid, second.Path.Uid);
        Assert.NotEqual(first, second);
    }
}
