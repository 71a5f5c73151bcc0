using Akka.Actor;
using Akka.Deterministic;
using Akka.Event;
using Xunit.Sdk;

namespace Akka.Embedded.Deterministic.Tests;

/// <summary>The test kit runs the system while it waits, and its time is the system's.</summary>
public sealed class TestKitTests() : Akka.TestKit.Xunit2.TestKit(DeterministicSystem.Setup(seed: 3), "kit")
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void Expected_message_comes_when_the_system_is_run()
    {
        Sys.ActorOf(FuncActor.Echo()).Tell("hello");

        ExpectMsg("hello");
        Assert.Equal(TimeSpan.Zero, DeterministicSystem.Of(Sys).Elapsed);
    }

    [Fact]
    public void Time_limits_are_virtual()
    {
        Sys.Scheduler.ScheduleTellOnce(Hour, TestActor, "late", ActorRefs.NoSender);

        ExpectNoMsg(Hour - TimeSpan.FromTicks(1));
        Within(Hour, () => ExpectMsg("late"));
        Assert.Equal(Hour, DeterministicSystem.Of(Sys).Elapsed);
    }

    [Fact]
    public void Missing_message_fails_after_the_limit()
    {
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<string>(Hour));
        Assert.Equal(Hour, DeterministicSystem.Of(Sys).Elapsed);
    }

    [Fact]
    public void Condition_is_awaited_in_virtual_time()
    {
        var seen = new List<object>();
        Sys.Scheduler.ScheduleTellOnce(Hour, Sys.ActorOf(FuncActor.Into(seen)), "late", ActorRefs.NoSender);

        AwaitCondition(() => seen.Count == 1, 2 * Hour);
        AwaitAssert(() => Assert.Single(seen));
    }

    [Fact]
    public void Event_filter_counts_what_happens_in_the_loop()
    {
        var actor = Sys.ActorOf(FuncActor.Of((message, context) => context.GetLogger().Error("failed on {0}", message)));

        EventFilter.Error(contains: "failed on x").ExpectOne(() => actor.Tell("x"));
        Assert.ThrowsAny<XunitException>(() => EventFilter.Error(contains: "failed on y").ExpectOne(() => actor.Tell("x")));
    }

    [Fact]
    public void Probes_children_and_watches_work_in_the_loop()
    {
        var probe = CreateTestProbe();
        var child = ChildActorOf(FuncActor.Echo());
        child.Tell("hello", probe);
        probe.ExpectMsg("hello");
        Watch(child);
        Sys.Stop(child);
        ExpectTerminated(child);
    }
}
