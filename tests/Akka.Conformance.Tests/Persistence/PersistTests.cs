using Akka.Actor;
using Akka.Persistence;

namespace Akka.Conformance.Tests.Persistence;

/// <summary>Persist and its relatives: what runs when.</summary>
public sealed class PersistTests : PersistenceTestKit
{
    [Fact]
    public void Persist_runs_the_code_after_the_call_first_and_the_handler_with_the_number_and_sender()
    {
        var other = CreateTestProbe();
        var actor = StartRecovered(Persisting.Of("a", TestActor, (message, self) =>
        {
            self.Persist(message, stored => self.Tell(("handler", stored, self.LastSequenceNr, self.CommandSender)));
            self.Tell(("after the call", self.LastSequenceNr));
        }));
        other.Send(actor, "one");
        ExpectMsg(("after the call", 0L));
        ExpectMsg(("handler", (object)"one", 1L, other.Ref));
    }

    [Fact]
    public void Persist_several_times_runs_the_handlers_in_order_before_the_next_command()
    {
        var actor = StartRecovered(Persisting.Of("a", TestActor, (message, self) =>
        {
            self.Tell($"command {message}");
            foreach (var part in new[] { 1, 2, 3 })
                self.Persist($"{message}{part}", self.Tell);
        }));
        actor.Tell("a");
        actor.Tell("b");
        foreach (var text in new[] { "command a", "a1", "a2", "a3", "command b", "b1", "b2", "b3" })
            ExpectMsg(text);
    }

    [Fact]
    public void Persist_in_a_handler_runs_before_the_next_command()
    {
        var actor = StartRecovered(Persisting.Of("a", TestActor, (message, self) => self.Persist($"{message}1", first =>
        {
            self.Tell(first);
            self.Persist($"{message}2", self.Tell);
        })));
        actor.Tell("a");
        actor.Tell("b");
        foreach (var text in new[] { "a1", "a2", "b1", "b2" })
            ExpectMsg(text);
    }

    [Fact]
    public void PersistAll_runs_the_handler_for_each_event_and_is_nothing_for_none()
    {
        var actor = StartRecovered(Persisting.Of("a", TestActor, (message, self) =>
        {
            self.PersistAll<string>([], self.Tell);
            self.PersistAll([$"{message}1", $"{message}2"], stored => self.Tell((stored, self.LastSequenceNr)));
        }));
        actor.Tell("a");
        ExpectMsg(("a1", 1L));
        ExpectMsg(("a2", 2L));
    }

    [Fact]
    public void PersistAsync_goes_on_with_commands_and_runs_handlers_in_the_order_of_the_calls()
    {
        // The second command is waiting when the first is handled, and the answer of the journal comes behind it.
        var gate = new ManualResetEventSlim();
        var actor = StartRecovered(Persisting.Of("a", TestActor, (message, self) =>
        {
            gate.Wait(Limits.Long);
            self.Tell($"command {message}");
            self.PersistAsync($"{message}1", self.Tell);
            self.PersistAllAsync([$"{message}2", $"{message}3"], self.Tell);
        }));
        actor.Tell("a");
        actor.Tell("b");
        gate.Set();
        foreach (var text in new[] { "command a", "command b", "a1", "a2", "a3", "b1", "b2", "b3" })
            ExpectMsg(text);
    }

    [Fact]
    public void PersistAsync_of_more_events_than_one_batch_takes_keeps_their_order_and_numbers()
    {
        const int Events = 1000;
        var actor = StartRecovered(Persisting.Of("a", TestActor, (message, self) =>
        {
            for (var i = 1; i <= Events; i++)
                self.PersistAsync($"{message}{i}", stored => self.Tell((stored, self.LastSequenceNr)));
        }));
        actor.Tell("a");
        actor.Tell("b");
        for (var i = 1; i <= Events; i++)
            ExpectMsg(($"a{i}", (long)i), Limits.Long);
        for (var i = 1; i <= Events; i++)
            ExpectMsg(($"b{i}", (long)Events + i), Limits.Long);
    }

    [Fact]
    public void Stop_in_a_handler_ends_the_actor_after_the_handler()
    {
        var actor = StartRecovered(Persisting.Of("a", TestActor, (message, self) => self.Persist(message, _ =>
        {
            Persisting.CurrentContext().Stop(Persisting.CurrentContext().Self);
            self.Tell("the handler goes on");
        })));
        Watch(actor);
        actor.Tell("one");
        actor.Tell("never handled");
        ExpectMsg("the handler goes on", Limits.Long);
        ExpectTerminated(actor, Limits.Long);
    }

    [Fact]
    public void DeferAsync_waits_for_earlier_events_and_runs_at_once_when_there_are_none()
    {
        var actor = StartRecovered(Persisting.Of("a", TestActor, (message, self) =>
        {
            self.DeferAsync("first", self.Tell);
            self.Tell("after the first");
            self.PersistAsync("event", stored => self.Tell((stored, self.LastSequenceNr)));
            self.DeferAsync("second", deferred => self.Tell((deferred, self.LastSequenceNr)));
            self.Tell("after the second");
        }));
        actor.Tell("go");
        ExpectMsg("first");
        ExpectMsg("after the first");
        ExpectMsg("after the second");
        ExpectMsg(("event", 1L));
        ExpectMsg(("second", 1L));

        StopAndWait(actor);
        Sys.ActorOf(Persisting.Storing("a", TestActor));
        ExpectMsg(("replayed", (object)"event", 1L));
        ExpectMsg(("recovered", 1L));
    }

    [Fact]
    public void Exception_in_a_handler_restarts_the_actor_which_replays_the_event()
    {
        var actor = StartRecovered(Persisting.Of("a", TestActor, (message, self) => self.Persist(
            message, stored => throw new InvalidOperationException("in the handler"))));
        actor.Tell("one");
        ExpectMsg(("replayed", (object)"one", 1L));
        ExpectMsg(("recovered", 1L));
    }

    [Fact]
    public void Exception_after_the_call_does_not_take_the_event_back()
    {
        var actor = StartRecovered(Persisting.Of("a", TestActor, (message, self) =>
        {
            self.Persist(message, self.Tell);
            throw new InvalidOperationException("after the call");
        }));
        actor.Tell("one");
        ExpectMsg(("replayed", (object)"one", 1L));
        ExpectMsg(("recovered", 1L));
    }

    [Fact]
    public void Persist_while_events_are_replayed_throws()
    {
        StopAndWait(StartWithEvents("a", "one"));
        Sys.ActorOf(Props.Create(() => new PersistsTooEarly(TestActor)));
        ExpectMsg<InvalidOperationException>(Limits.Long);
        ExpectMsg(("persisted when recovered", 2L));
    }

    [Fact]
    public void PoisonPill_while_an_event_is_pending_stops_before_the_handler_and_the_event_is_stored()
    {
        var gate = new ManualResetEventSlim();
        var actor = StartRecovered(Persisting.Of("a", TestActor, (message, self) =>
        {
            gate.Wait(Limits.Long);
            self.Persist(message, self.Tell);
        }));
        Watch(actor);
        actor.Tell("one");
        actor.Tell(PoisonPill.Instance);
        gate.Set();
        ExpectTerminated(actor, Limits.Long);
        Sys.ActorOf(Persisting.Storing("a", TestActor));
        ExpectMsg(("replayed", (object)"one", 1L));
        ExpectMsg(("recovered", 1L));
    }

    [Fact]
    public void Commands_that_wait_for_a_write_keep_their_order_and_senders()
    {
        var other = CreateTestProbe();
        var gate = new ManualResetEventSlim();
        var actor = StartRecovered(Persisting.Of("a", TestActor, (message, self) =>
        {
            gate.Wait(Limits.Long);
            self.Persist(message, stored => self.Tell((stored, self.CommandSender)));
        }));
        for (var i = 0; i < 50; i++)
            (i % 2 == 0 ? other : CreateTestProbe("p" + i)).Send(actor, i);
        gate.Set();
        for (var i = 0; i < 50; i++)
        {
            var (stored, sender) = ExpectMsg<(object, IActorRef)>(Limits.Long);
            Assert.Equal(i, stored);
            Assert.Equal(i % 2 == 0, other.Ref.Equals(sender));
        }
    }

    private sealed class PersistsTooEarly : ReceivePersistentActor
    {
        public PersistsTooEarly(IActorRef trace)
        {
            Recover<string>(text =>
            {
                try
                {
                    Persist(text + " again", _ => { });
                }
                catch (InvalidOperationException cause)
                {
                    trace.Tell(cause);
                }
            });
            Recover<RecoveryCompleted>(_ => Persist(
                "now", _ => trace.Tell(("persisted when recovered", LastSequenceNr))));
        }

        public override string PersistenceId => "a";
    }
}
