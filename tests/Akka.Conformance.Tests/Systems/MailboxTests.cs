using Akka.Actor;
using Akka.Configuration;

namespace Akka.Conformance.Tests.Systems;

/// <summary>The mailbox an actor asks for.</summary>
public sealed class MailboxTests : Akka.TestKit.Xunit2.TestKit
{
    public MailboxTests()
        : base(Limits.Patient + """
            own { mailbox-type = "Akka.Dispatch.UnboundedMailbox, Akka" }
            """)
    {
    }

    [Theory]
    [InlineData("own")]
    [InlineData("akka.actor.default-mailbox")]
    [InlineData("akka.actor.mailbox.unbounded-queue-based")]
    [InlineData("akka.actor.mailbox.unbounded-deque-based")]
    public void Mailbox_takes_any_number_of_messages_and_gives_them_in_their_order(string mailbox)
    {
        // More than any bound that is configured anywhere; the actor's thread is held until all are there.
        const int Count = 2_000;
        using var gate = new ManualResetEventSlim();
        var props = FuncActor.Of((message, context) =>
        {
            gate.Wait(Limits.Long);
            context.Sender.Tell(message);
        }).WithMailbox(mailbox);
        Assert.Equal(mailbox, props.Mailbox);
        var actor = Sys.ActorOf(props);
        for (var number = 0; number < Count; number++)
            actor.Tell(number);
        gate.Set();
        Assert.Equal(Enumerable.Range(0, Count), ReceiveN(Count, Limits.Long).Cast<int>());
    }

    [Fact]
    public void Mailbox_and_dispatcher_of_props_are_kept_apart()
    {
        var props = FuncActor.Echo().WithMailbox("own").WithDispatcher("somewhere").WithMailbox("other");
        Assert.Equal(("somewhere", "other"), (props.Dispatcher, props.Mailbox));
        Assert.Equal("", FuncActor.Echo().Mailbox);
    }

    [Fact]
    public void Unknown_mailbox_is_refused_by_name()
    {
        var thrown = Assert.Throws<ConfigurationException>(() => Sys.ActorOf(FuncActor.Echo().WithMailbox("missing")));
        Assert.Contains("missing", $"{thrown.Message} {thrown.GetBaseException().Message}", StringComparison.Ordinal);
    }

    [Fact]
    public void Actor_with_a_stash_is_refused_a_mailbox_without_a_front()
    {
        var props = Props.Create(() => new Stashing());
        Assert.Throws<ConfigurationException>(
            () => Sys.ActorOf(props.WithMailbox("akka.actor.mailbox.unbounded-queue-based")));

        // With one that has a front it works, as it does without asking.
        foreach (var mailbox in new[] { "akka.actor.mailbox.unbounded-deque-based", props.Mailbox })
        {
            var actor = Sys.ActorOf(props.WithMailbox(mailbox));
            actor.Tell("a");
            actor.Tell("b");
            actor.Tell("open");
            Assert.Equal(["open", "a", "b"], ReceiveN(3).Cast<string>());
        }
    }

    private sealed class Stashing : ReceiveActor, IWithUnboundedStash
    {
        public Stashing()
        {
            Receive<string>(
                message => message == "open",
                message =>
                {
                    Sender.Tell(message);
                    Become(() => ReceiveAny(each => Sender.Tell(each)));
                    Stash.UnstashAll();
                });
            ReceiveAny(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;
    }
}
