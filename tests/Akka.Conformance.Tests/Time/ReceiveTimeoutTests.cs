using Akka.Actor;
using Akka.TestKit;

namespace Akka.Conformance.Tests.Time;

/// <summary>Idle notices, under a scheduler whose time moves only when told.</summary>
public sealed class ReceiveTimeoutTests : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public ReceiveTimeoutTests()
        : base("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
    {
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    private IActorRef Start()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Idle(TestActor)));
        Say(actor, "started");
        return actor;
    }

    /// <summary>Has the actor handle a message; the second one is exempt and shows that the clock was set again.</summary>
    private void Say(IActorRef actor, object message)
    {
        actor.Tell(message);
        actor.Tell(new Exempt());
        ExpectMsg<Exempt>();
    }

    [Fact]
    public void Notice_comes_after_the_idle_time_and_repeats()
    {
        var actor = Start();
        for (var i = 0; i < 3; i++)
        {
            Scheduler.Advance(Second);
            ExpectMsg("idle");
            actor.Tell(new Exempt());
            ExpectMsg<Exempt>();
        }
    }

    [Fact]
    public void Messages_start_the_clock_again()
    {
        var actor = Start();
        for (var i = 0; i < 3; i++)
        {
            Scheduler.Advance(Second * 0.75);
            Say(actor, "busy");
        }
        Scheduler.Advance(Second);
        ExpectMsg("idle");
    }

    [Fact]
    public void Exempt_messages_and_Identify_do_not_start_the_clock_again()
    {
        var actor = Start();
        Scheduler.Advance(Second * 0.75);
        actor.Tell(new Exempt());
        ExpectMsg<Exempt>();
        actor.Tell(new Identify(1));
        ExpectMsg<ActorIdentity>();
        Scheduler.Advance(Second * 0.25);
        ExpectMsg("idle");
    }

    [Fact]
    public void Null_turns_it_off()
    {
        var actor = Start();
        Say(actor, "off");
        Scheduler.Advance(Second * 10);
        Say(actor, "still quiet");
    }

    [Fact]
    public void Setting_survives_a_restart()
    {
        var actor = Start();
        Say(actor, new InvalidOperationException("restart"));
        Scheduler.Advance(Second);
        ExpectMsg("idle");
    }

    private sealed class Exempt : INotInfluenceReceiveTimeout
    {
    }

    private sealed class Idle : UntypedActor
    {
        private readonly IActorRef _probe;

        public Idle(IActorRef probe) => _probe = probe;

        protected override void PreStart() => Context.SetReceiveTimeout(Second);

        protected override void PostRestart(Exception reason)
        {
            // Does not set the timeout again.
        }

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case ReceiveTimeout:
                    _probe.Tell("idle");
                    break;
                case "off":
                    Context.SetReceiveTimeout(null);
                    break;
                case Exempt:
                    _probe.Tell(message);
                    break;
                case Exception cause:
                    throw cause;
            }
        }
    }
}
