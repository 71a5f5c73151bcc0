using Akka.Actor;

namespace Akka.Conformance.Tests.Lifecycle;

/// <summary>Watching.</summary>
public sealed class DeathWatchTests : Akka.TestKit.Xunit2.TestKit
{
    private IActorRef Watcher() => Sys.ActorOf(Props.Create(() => new Watching(TestActor)));

    private IActorRef Target() => Sys.ActorOf(FuncActor.Echo());

    private void Settle(IActorRef actor)
    {
        actor.Tell("settle");
        ExpectMsg("settle");
    }

    [Fact]
    public void Watch_gives_one_notice_when_the_target_stops()
    {
        var (watcher, target) = (Watcher(), Target());
        watcher.Tell(("watch", target));
        watcher.Tell(("watch", target));
        Settle(watcher);
        Sys.Stop(target);
        var notice = ExpectMsg<Notice>().Terminated;
        Assert.Equal(target, notice.ActorRef);
        Assert.True(notice.ExistenceConfirmed);
        Assert.False(notice.AddressTerminated);
        Settle(watcher);
    }

    [Fact]
    public void Watch_of_oneself_has_no_effect()
    {
        var watcher = Watcher();
        watcher.Tell(("watch", watcher));
        Settle(watcher);
    }

    [Fact]
    public void Watch_returns_the_reference()
    {
        var target = Target();
        Sys.ActorOf(FuncActor.Of((_, context) => context.Sender.Tell(context.Watch(target), context.Self))).Tell("watch");
        ExpectMsg(target);
    }

    [Fact]
    public void WatchWith_gives_the_message_instead()
    {
        var (watcher, target) = (Watcher(), Target());
        watcher.Tell(("watch with", target));
        Settle(watcher);
        Sys.Stop(target);
        ExpectMsg("custom notice");
        Settle(watcher);
    }

    [Fact]
    public void First_of_Watch_and_WatchWith_stays_in_force()
    {
        var (watcher, target) = (Watcher(), Target());
        watcher.Tell(("watch with", target));
        watcher.Tell(("watch", target));
        Settle(watcher);
        Sys.Stop(target);
        ExpectMsg("custom notice");
        Settle(watcher);
    }

    [Fact]
    public void Watch_of_a_dead_target_is_answered()
    {
        var (watcher, target) = (Watcher(), Target());
        Watch(target);
        Sys.Stop(target);
        ExpectTerminated(target);
        watcher.Tell(("watch", target));
        Assert.False(ExpectMsg<Notice>().Terminated.ExistenceConfirmed);
    }

    [Fact]
    public void Unwatch_suppresses_the_notice()
    {
        var (watcher, target) = (Watcher(), Target());
        watcher.Tell(("watch", target));
        watcher.Tell(("unwatch", target));
        Settle(watcher);
        Watch(target);
        Sys.Stop(target);
        ExpectTerminated(target);
        Settle(watcher);
    }

    [Fact]
    public void Unwatch_suppresses_a_notice_that_is_already_queued()
    {
        // Goal: the notice sits behind the handler that unwatches. Method: the handler waits until the target has ended.
        var target = Target();
        using var ended = new ManualResetEventSlim();
        var watcher = Sys.ActorOf(FuncActor.Of((message, context) =>
        {
            switch (message)
            {
                case "watch":
                    context.Watch(target);
                    break;
                case "unwatch":
                    Assert.True(ended.Wait(Limits.Long));
                    context.Unwatch(target);
                    break;
                default:
                    TestActor.Tell(message, context.Self);
                    break;
            }
        }));
        watcher.Tell("watch");
        watcher.Tell("unwatch");
        Watch(target);
        Sys.Stop(target);
        ExpectTerminated(target);
        ended.Set();
        Settle(watcher);
    }

    [Fact]
    public void Notice_comes_after_all_that_the_target_told_the_watcher()
    {
        var watcher = Watcher();
        var target = Sys.ActorOf(FuncActor.Of((_, context) =>
        {
            for (var i = 0; i < 100; i++)
                watcher.Tell(i, context.Self);
            context.Stop(context.Self);
        }));
        watcher.Tell(("watch", target));
        Settle(watcher);
        target.Tell("talk and stop");
        for (var i = 0; i < 100; i++)
            ExpectMsg(i);
        ExpectMsg<Notice>();
    }

    [Fact]
    public void Unhandled_notice_stops_the_watcher()
    {
        var target = Target();
        var watcher = Sys.ActorOf(Props.Create(() => new HandlesOnlyText()));
        watcher.Tell(target.Path.ToString());
        ExpectMsg("watching");
        Watch(watcher);
        EventFilter.Exception<DeathPactException>().ExpectOne(() =>
        {
            Sys.Stop(target);
            ExpectTerminated(watcher);
        });
    }

    [Fact]
    public void Restart_of_the_target_is_no_termination()
    {
        var watcher = Watcher();
        var target = Sys.ActorOf(FuncActor.Failing());
        watcher.Tell(("watch", target));
        Settle(watcher);
        target.Tell(new InvalidOperationException("restart"));
        target.Tell("alive");
        ExpectMsg("alive");
        Settle(watcher);
    }

    [Fact]
    public void Watches_survive_the_watchers_restart()
    {
        var (watcher, target) = (Watcher(), Target());
        watcher.Tell(("watch", target));
        watcher.Tell(("fail", target));
        Settle(watcher);
        Sys.Stop(target);
        ExpectMsg<Notice>();
    }

    [Fact]
    public void Children_are_unwatched_by_the_default_PreRestart()
    {
        var watcher = Watcher();
        watcher.Tell("spawn and watch");
        ExpectMsg<IActorRef>();
        watcher.Tell(("fail", watcher));
        Settle(watcher);
        Settle(watcher);
    }

    [Fact]
    public void Watching_the_dead_letters_is_never_answered()
    {
        var dead = Sys.ActorOf(FuncActor.Echo());
        Watch(dead);
        Sys.Stop(dead);
        ExpectTerminated(dead);
        var watcher = Watcher();
        watcher.Tell(("watch", Sys.DeadLetters));
        watcher.Tell(("watch", dead));
        Assert.Equal(dead, ExpectMsg<Notice>().Terminated.ActorRef);
        ExpectNoMsg(Limits.Quiet);
    }

    private sealed class Watching : UntypedActor
    {
        private readonly IActorRef _probe;

        public Watching(IActorRef probe) => _probe = probe;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case ("watch", IActorRef target):
                    Context.Watch(target);
                    break;
                case ("watch with", IActorRef target):
                    Context.WatchWith(target, "custom notice");
                    break;
                case ("unwatch", IActorRef target):
                    Context.Unwatch(target);
                    break;
                case ("fail", IActorRef):
                    throw new InvalidOperationException("restart the watcher");
                case "spawn and watch":
                    _probe.Tell(Context.Watch(Context.ActorOf(FuncActor.Echo())));
                    break;
                case Terminated terminated:
                    _probe.Tell(new Notice(terminated));
                    break;
                default:
                    _probe.Tell(message);
                    break;
            }
        }
    }

    /// <summary>A notice to pass on: the real one would be taken for a notice to the receiver.</summary>
    private sealed record Notice(Terminated Terminated);

    private sealed class HandlesOnlyText : ReceiveActor
    {
        public HandlesOnlyText() => ReceiveAsync<string>(async path =>
        {
            Context.Watch(await Context.System.ActorSelection(path).ResolveOne(Limits.Long));
            Sender.Tell("watching");
        });
    }
}
