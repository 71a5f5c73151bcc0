using Akka.Actor;
using Akka.Event;

namespace Akka.Conformance.Tests.Lifecycle;

/// <summary>Putting messages aside.</summary>
public sealed class StashTests : Akka.TestKit.Xunit2.TestKit
{
    private readonly ManualResetEventSlim _gate = new();

    private IActorRef Start() => Sys.ActorOf(Props.Create(() => new Stashing(TestActor, _gate)));

    [Fact]
    public void UnstashAll_puts_the_messages_before_those_waiting_in_their_order_with_their_senders()
    {
        var other = CreateTestProbe();
        var actor = Start();
        actor.Tell("stash 1");
        other.Send(actor, "stash 2");
        actor.Tell("unstash all after the gate");
        actor.Tell("waiting");
        _gate.Set();
        ExpectMsg(("stash 1", TestActor));
        ExpectMsg(("stash 2", other.Ref));
        ExpectMsg(("waiting", TestActor));
    }

    [Fact]
    public void Unstash_takes_the_oldest()
    {
        var actor = Start();
        actor.Tell("stash 1");
        actor.Tell("stash 2");
        actor.Tell("unstash one");
        ExpectMsg(("stash 1", TestActor));
        actor.Tell("waiting");
        ExpectMsg(("waiting", TestActor));
        actor.Tell("unstash one");
        ExpectMsg(("stash 2", TestActor));
    }

    [Fact]
    public void Stashing_the_same_message_twice_throws()
    {
        var actor = Start();
        actor.Tell("twice");
        ExpectMsg<IllegalActorStateException>();
    }

    [Fact]
    public void Restart_yields_the_stashed_first_then_the_queued_in_order()
    {
        var actor = Start();
        actor.Tell("stash 1");
        actor.Tell("stash 2");
        actor.Tell("fail after the gate");
        actor.Tell("queued 1");
        actor.Tell("queued 2");
        _gate.Set();
        foreach (var text in new[] { "stash 1", "stash 2", "queued 1", "queued 2" })
            ExpectMsg((text, TestActor));
    }

    [Fact]
    public void Stop_makes_stashed_messages_dead_letters()
    {
        var actor = Start();
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        actor.Tell("stash 1");
        actor.Tell("stash 2");
        actor.Tell(PoisonPill.Instance);
        Assert.Equal("stash 1", ExpectMsg<DeadLetter>().Message);
        Assert.Equal("stash 2", ExpectMsg<DeadLetter>().Message);
    }

    [Fact]
    public void Stash_counts_filters_clears_and_takes_back()
    {
        var actor = Start();
        foreach (var message in new[] { "stash 1", "stash 2", "stash 3", "count" })
            actor.Tell(message);
        ExpectMsg((3, true, false));
        actor.Tell("clear and prepend");
        actor.Tell("count");
        ExpectMsg((3, true, false));
        actor.Tell("unstash 2 only");
        ExpectMsg(("stash 2", TestActor));
        actor.Tell("count");
        ExpectMsg((0, false, true));
    }

    [Fact]
    public void Notice_of_an_end_can_be_stashed()
    {
        var target = Sys.ActorOf(FuncActor.Echo());
        var actor = Start();
        actor.Tell(target);
        Sys.Stop(target);
        ExpectMsg("stashed the notice");
        actor.Tell("unstash one");
        ExpectMsg(target);
    }

    protected override void Dispose(bool disposing)
    {
        _gate.Set();
        base.Dispose(disposing);
        _gate.Dispose();
    }

    private sealed class Stashing : UntypedActor, IWithStash
    {
        private readonly IActorRef _probe;
        private readonly ManualResetEventSlim _gate;
        private bool _open;

        public Stashing(IActorRef probe, ManualResetEventSlim gate)
        {
            _probe = probe;
            _gate = gate;
        }

        public IStash Stash { get; set; } = null!;

        protected override void PostRestart(Exception reason) => _open = true;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case string text when text.StartsWith("stash", StringComparison.Ordinal) && !_open:
                    Stash.Stash();
                    break;
                case "unstash all after the gate":
                    Assert.True(_gate.Wait(Limits.Long));
                    _open = true;
                    Stash.UnstashAll();
                    break;
                case "fail after the gate":
                    Assert.True(_gate.Wait(Limits.Long));
                    throw new InvalidOperationException("restart");
                case "unstash one":
                    _open = true;
                    Stash.Unstash();
                    break;
                case "unstash 2 only":
                    _open = true;
                    Stash.UnstashAll(envelope => envelope.Message is "stash 2");
                    break;
                case "clear and prepend":
                    Stash.Prepend(Stash.ClearStash());
                    break;
                case "count":
                    Sender.Tell((Stash.Count, Stash.NonEmpty, Stash.IsEmpty));
                    break;
                case "twice":
                    Stash.Stash();
                    Sender.Tell(Record.Exception(() => Stash.Stash())!);
                    break;
                case IActorRef target:
                    Context.Watch(target);
                    break;
                case Terminated when !_open:
                    Stash.Stash();
                    _probe.Tell("stashed the notice");
                    break;
                case Terminated terminated:
                    _probe.Tell(terminated.ActorRef);
                    break;
                default:
                    _probe.Tell(((string)message, Sender));
                    break;
            }
        }
    }
}
