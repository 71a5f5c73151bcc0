using System.Diagnostics;
using Akka.Actor;

namespace Akka.Conformance.Tests.Time;

/// <summary>The default scheduler, in real time: what must come, and that it does not come early.</summary>
public sealed class SchedulerTests : Akka.TestKit.Xunit2.TestKit
{
    /// <summary>How late Akka.NET may be.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(40);

    [Fact]
    public void Tell_comes_once_with_its_sender_and_never_early()
    {
        var watch = Stopwatch.StartNew();
        Sys.Scheduler.ScheduleTellOnce(Delay, TestActor, "due", TestActor);
        ExpectMsgFrom(TestActor, "due");
        Assert.True(watch.Elapsed >= Delay, $"came after {watch.Elapsed}");
        Sys.Scheduler.ScheduleTellOnce(1, TestActor, "by milliseconds", ActorRefs.NoSender);
        ExpectMsg("by milliseconds");
    }

    [Fact]
    public void Repeated_tells_go_on_until_cancelled()
    {
        var watch = Stopwatch.StartNew();
        var task = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(
            TimeSpan.Zero, TimeSpan.FromMilliseconds(5), TestActor, "tick", ActorRefs.NoSender);
        for (var i = 0; i < 5; i++)
            ExpectMsg("tick");
        Assert.True(watch.Elapsed >= TimeSpan.FromMilliseconds(20), $"five came after {watch.Elapsed}");
        task.Cancel();
        Assert.True(task.IsCancellationRequested);
        // Some may have been told before the cancelling, and none after.
        Sys.Scheduler.ScheduleTellOnce(Delay, TestActor, "marker", ActorRefs.NoSender);
        FishForMessage<string>(text => text == "marker");
        Sys.Scheduler.ScheduleTellOnce(Delay, TestActor, "second marker", ActorRefs.NoSender);
        ExpectMsg("second marker");
    }

    [Fact]
    public void Cancelled_tell_does_not_come()
    {
        using var cancelable = new Cancelable(Sys.Scheduler);
        Sys.Scheduler.ScheduleTellOnce(Delay, TestActor, "cancelled", ActorRefs.NoSender, cancelable);
        cancelable.Cancel();
        Sys.Scheduler.ScheduleTellOnce(Delay + Delay, TestActor, "marker", ActorRefs.NoSender);
        ExpectMsg("marker");
    }

    [Fact]
    public void Entries_fire_in_order_of_due_time()
    {
        // The machine may pause between two calls for longer than the delays differ by, so what is compared is when
        // each entry was due: at the earliest counted from before its call, at the latest from after it.
        var began = TimeProvider.System.GetTimestamp();
        var due = new (TimeSpan Earliest, TimeSpan Latest)[6];
        for (var i = 5; i > 0; i--)
        {
            var delay = Delay + TimeSpan.FromMilliseconds(20 * i);
            due[i].Earliest = TimeProvider.System.GetElapsedTime(began) + delay;
            Sys.Scheduler.ScheduleTellOnce(delay, TestActor, i, ActorRefs.NoSender);
            due[i].Latest = TimeProvider.System.GetElapsedTime(began) + delay;
        }
        var order = ReceiveN(5, Limits.Long).Cast<int>().ToArray();
        for (var i = 1; i < 5; i++)
            Assert.True(due[order[i - 1]].Earliest <= due[order[i]].Latest + Tick, string.Join(", ", order));
    }

    [Fact]
    public void Action_runs_and_one_that_throws_harms_no_other()
    {
        EventFilter.Exception<InvalidOperationException>().ExpectOne(() =>
        {
            Sys.Scheduler.Advanced.ScheduleOnce(TimeSpan.Zero, () => throw new InvalidOperationException("action"));
            Sys.Scheduler.Advanced.ScheduleOnce(1, () => TestActor.Tell("ran"));
            ExpectMsg("ran");
        });
    }

    [Fact]
    public void Tell_to_an_actor_that_has_stopped_meanwhile_is_a_dead_letter()
    {
        var actor = Sys.ActorOf(FuncActor.Echo());
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        Sys.EventStream.Subscribe(TestActor, typeof(Akka.Event.DeadLetter));
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.Zero, actor, "late", ActorRefs.NoSender);
        Assert.Equal("late", WrappedMessage.Unwrap(ExpectMsg<Akka.Event.DeadLetter>().Message));
    }

    [Fact]
    public void Cancelable_links_cancels_later_and_has_a_token()
    {
        using var one = new Cancelable(Sys.Scheduler);
        using var two = new Cancelable(Sys.Scheduler);
        var linked = Cancelable.CreateLinkedCancelable(Sys.Scheduler, one, two);
        two.Cancel(false);
        Assert.True(linked.IsCancellationRequested);
        Assert.False(one.IsCancellationRequested);
        one.CancelAfter(1);
        Assert.True(one.Token.WaitHandle.WaitOne(Limits.Long));
    }

    [Fact]
    public void Clock_goes_on()
    {
        var before = Sys.Scheduler.MonotonicClock;
        Assert.True(Sys.Scheduler.HighResMonotonicClock >= before);
        Assert.True(Math.Abs((Sys.Scheduler.Now - TimeProvider.System.GetUtcNow()).TotalMinutes) < 1);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(1, 0)]
    public void Negative_delay_and_empty_interval_throw(int delay, int interval)
        => Assert.Throws<ArgumentOutOfRangeException>(() => Sys.Scheduler.ScheduleTellRepeatedly(
            delay, interval, TestActor, "never", ActorRefs.NoSender));
}
