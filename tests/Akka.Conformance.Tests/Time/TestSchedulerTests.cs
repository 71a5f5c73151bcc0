using Akka.Actor;
using Akka.TestKit;

namespace Akka.Conformance.Tests.Time;

/// <summary>The scheduler whose time moves only when told.</summary>
public sealed class TestSchedulerTests : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public TestSchedulerTests()
        : base("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
    {
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void Nothing_fires_on_its_own_not_even_without_delay()
    {
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.Zero, TestActor, "now", ActorRefs.NoSender);
        ExpectNoMsg(Limits.Quiet);
        Scheduler.Advance(TimeSpan.Zero);
        ExpectMsg("now");
    }

    [Fact]
    public void What_is_due_fires_and_what_is_not_waits()
    {
        Sys.Scheduler.ScheduleTellOnce(Second, TestActor, "one", ActorRefs.NoSender);
        Sys.Scheduler.ScheduleTellOnce(Second * 2, TestActor, "two", ActorRefs.NoSender);
        Scheduler.Advance(Second * 2 - TimeSpan.FromTicks(1));
        ExpectMsg("one");
        TestActor.Tell("marker");
        ExpectMsg("marker");
        Scheduler.Advance(TimeSpan.FromTicks(1));
        ExpectMsg("two");
    }

    [Fact]
    public void Repeating_entry_fires_once_per_advance_and_counts_from_the_new_time()
    {
        Sys.Scheduler.ScheduleTellRepeatedly(Second, Second, TestActor, "tick", ActorRefs.NoSender);
        Scheduler.Advance(Second * 3.5);
        TestActor.Tell("marker");
        ExpectMsg("tick");
        ExpectMsg("marker");
        Scheduler.Advance(Second * 0.75);
        TestActor.Tell("marker");
        ExpectMsg("marker");
        Scheduler.Advance(Second * 0.25);
        ExpectMsg("tick");
    }

    [Fact]
    public void Time_is_what_it_was_told()
    {
        var before = ((IScheduler)Scheduler).Now;
        Scheduler.Advance(Second);
        Assert.Equal(before + Second, ((IScheduler)Scheduler).Now);
        Scheduler.AdvanceTo(before + Second * 3);
        Assert.Equal(before + Second * 3, ((IScheduler)Scheduler).Now);
    }

    [Fact]
    public void Time_does_not_go_back()
        => Assert.Throws<InvalidOperationException>(() => Scheduler.AdvanceTo(((IScheduler)Scheduler).Now - Second));

    [Fact]
    public void Cancelled_entry_does_not_fire()
    {
        var once = Sys.Scheduler.ScheduleTellOnceCancelable(Second, TestActor, "once", ActorRefs.NoSender);
        var often = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(Second, Second, TestActor, "often", ActorRefs.NoSender);
        once.Cancel();
        Scheduler.Advance(Second);
        ExpectMsg("often");
        often.Cancel();
        Scheduler.Advance(Second);
        TestActor.Tell("marker");
        ExpectMsg("marker");
    }

    [Fact]
    public void Actions_fire_too()
    {
        var ran = 0;
        Sys.Scheduler.Advanced.ScheduleOnce(Second, () => ran++);
        Sys.Scheduler.Advanced.ScheduleRepeatedly(Second, Second, () => ran += 10);
        Scheduler.Advance(Second);
        Assert.Equal(11, ran);
        Scheduler.Advance(Second);
        Assert.Equal(21, ran);
    }
}
