using Akka.Actor;
using Akka.Event;

namespace Akka.Conformance.Tests.References;

/// <summary>Selections by path.</summary>
public sealed class ActorSelectionTests : Akka.TestKit.Xunit2.TestKit
{
    public ActorSelectionTests()
    {
        foreach (var name in new[] { "a1", "a2", "b1" })
        {
            Sys.ActorOf(FuncActor.Spawner(), name).Tell(FuncActor.Echo());
            ExpectMsg<IActorRef>();
        }
    }

    private IActorRef[] Answering(string selection, int expected)
    {
        Sys.ActorSelection(selection).Tell(new Identify(selection));
        return [.. ReceiveN(expected).Cast<ActorIdentity>().Select(identity => identity.Subject)];
    }

    [Theory]
    [InlineData("/user/a1", new[] { "a1" })]
    [InlineData("user/a1", new[] { "a1" })]
    [InlineData("akka://test/user/a1", new[] { "a1" })]
    [InlineData("/user/a*", new[] { "a1", "a2" })]
    [InlineData("/user/?1", new[] { "a1", "b1" })]
    [InlineData("/user/a1/../b1", new[] { "b1" })]
    public void Selection_finds_by_name_wildcard_and_parent(string selection, string[] names)
        => Assert.Equal(
            names,
            Answering(selection, names.Length).Select(found => found.Path.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Wildcard_in_the_middle_fans_out()
        => Assert.Equal(3, Answering("/user/*/*", 3).Select(found => found.Path.Parent.Name).Distinct().Count());

    [Fact]
    public void Double_wildcard_means_all_descendants()
        => Assert.Equal(6, Answering("/user/**", 6).Distinct().Count());

    [Fact]
    public void Selection_looks_anew_for_every_message()
    {
        var selection = Sys.ActorSelection("/user/later");
        selection.Tell(new Identify(1));
        Assert.Null(ExpectMsg<ActorIdentity>().Subject);
        var later = Sys.ActorOf(FuncActor.Echo(), "later");
        selection.Tell(new Identify(2));
        Assert.Equal(later, ExpectMsg<ActorIdentity>().Subject);
    }

    [Fact]
    public void Message_to_nobody_is_a_dead_letter()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        Sys.ActorSelection("/user/missing").Tell("lost");
        Assert.Equal("lost", ExpectMsg<DeadLetter>().Message);
    }

    [Fact]
    public void Identify_is_answered_with_its_id_without_user_code()
    {
        var actor = Sys.ActorOf(FuncActor.Of((_, _) => throw new InvalidOperationException("user code ran")));
        actor.Tell(new Identify("id"));
        Assert.Equal(new ActorIdentity("id", actor), ExpectMsg<ActorIdentity>());
    }

    [Fact]
    public async Task ResolveOne_gives_the_reference_or_fails_when_there_is_none()
    {
        var found = await Sys.ActorSelection("/user/a1").ResolveOne(Limits.Long);
        Assert.Equal("a1", found.Path.Name);
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection("/user/none").ResolveOne(Limits.Long));
    }

    [Fact]
    public async Task ResolveOne_that_has_no_answer_in_time_fails_alike()
    {
        var gate = new TaskCompletionSource();
        var busy = Sys.ActorOf(FuncActor.Of((_, _) => Akka.Dispatch.ActorTaskScheduler.RunTask(() => gate.Task)), "busy");
        busy.Tell("wait");
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection("/user/busy").ResolveOne(Limits.Short));
        gate.SetResult();
    }
}
