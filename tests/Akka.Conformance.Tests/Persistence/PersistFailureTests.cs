using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace Akka.Conformance.Tests.Persistence;

/// <summary>A journal that does not do what it is asked.</summary>
public sealed class PersistFailureTests() : PersistenceTestKit(
    $$"""{{FaultyJournal.Id}}.circuit-breaker { max-failures = 3, call-timeout = 500ms, reset-timeout = 1h }""")
{
    [Fact]
    public void Failed_write_stops_the_actor_whatever_its_supervisor_says_and_waiting_commands_are_dead_letters()
    {
        var gate = new ManualResetEventSlim();
        var parent = Sys.ActorOf(FuncActor.Spawner(new OneForOneStrategy(_ => Directive.Resume)));
        parent.Tell(Persisting.Of("a", TestActor, (message, self) =>
        {
            gate.Wait(Limits.Long);
            self.Persist(message, self.Tell);
        }));
        var actor = ExpectMsg<IActorRef>(Limits.Long);
        ExpectMsg(("recovered", 0L), Limits.Long);
        Watch(actor);
        var dead = CreateTestProbe();
        Sys.EventStream.Subscribe(dead.Ref, typeof(DeadLetter));
        actor.Tell("fail this");
        actor.Tell("waits");
        gate.Set();
        ExpectMsg(("failed", (object)"fail this", 1L, "the disk is full"), Limits.Long);
        ExpectTerminated(actor, Limits.Long);
        Assert.Equal("waits", dead.FishForMessage<DeadLetter>(letter => letter.Message is string, Limits.Long).Message);
    }

    [Fact]
    public void Rejected_event_runs_no_handler_and_leaves_a_gap()
    {
        var actor = StartRecovered(Persisting.Storing("a", TestActor));
        actor.Tell("one");
        ExpectMsg(("one", 1L), Limits.Long);
        actor.Tell("reject this");
        ExpectMsg(("rejected", (object)"reject this", 2L, "not taken"), Limits.Long);
        actor.Tell("three");
        ExpectMsg(("three", 3L), Limits.Long);
        StopAndWait(actor);
        Sys.ActorOf(Persisting.Storing("a", TestActor));
        ExpectMsg(("replayed", (object)"one", 1L), Limits.Long);
        ExpectMsg(("replayed", (object)"three", 3L), Limits.Long);
        ExpectMsg(("recovered", 3L), Limits.Long);
    }

    [Fact]
    public void PersistAll_with_one_event_rejected_stores_none_of_them()
    {
        var actor = StartRecovered(Persisting.Of("a", TestActor, (message, self) =>
        {
            if (message is string[] texts)
                self.PersistAll(texts, stored => self.Tell((stored, self.LastSequenceNr)));
            else
                Persisting.Store(message, self);
        }));
        actor.Tell(new[] { "good", "reject this" });
        ExpectMsg(("rejected", (object)"good", 1L, "not taken"), Limits.Long);
        ExpectMsg(("rejected", (object)"reject this", 2L, "not taken"), Limits.Long);
        actor.Tell("three");
        ExpectMsg(("three", 3L), Limits.Long);
        StopAndWait(actor);
        Sys.ActorOf(Persisting.Storing("a", TestActor));
        ExpectMsg(("replayed", (object)"three", 3L), Limits.Long);
    }

    [Fact]
    public void Write_that_is_not_answered_in_time_counts_as_failed()
    {
        var actor = StartRecovered(Persisting.Storing("a", TestActor));
        Watch(actor);
        actor.Tell("mute");
        var (what, _, number, _) = ExpectMsg<(string, object, long, string)>(Limits.Long);
        Assert.Equal(("failed", 1L), (what, number));
        ExpectTerminated(actor, Limits.Long);
    }

    [Fact]
    public void Journal_that_failed_often_is_not_asked_for_a_while()
    {
        var good = StartRecovered(Persisting.Storing("good", TestActor));
        // All recover first: a call that succeeds, such as reading a journal, makes earlier failures forgotten.
        var failing = new[] { "a", "b", "c" }
            .Select(id => StartRecovered(Persisting.Storing(id, TestActor))).ToArray();
        foreach (var actor in failing)
        {
            actor.Tell("fail");
            ExpectMsg(("failed", (object)"fail", 1L, "the disk is full"), Limits.Long);
        }
        Watch(good);
        good.Tell("this alone would be stored");
        Assert.Equal("failed", ExpectMsg<(string, object, long, string)>(Limits.Long).Item1);
        ExpectTerminated(good, Limits.Long);
    }

    [Fact]
    public void DeleteMessages_answers_the_real_number_and_numbering_goes_on()
    {
        StopAndWait(StartWithEvents("a", "one", "two"));
        var actor = Sys.ActorOf(Persisting.Of("a", TestActor, (message, self) =>
        {
            if (message is long number)
                self.DeleteMessages(number);
            else
                Persisting.Store(message, self);
        }));
        ExpectMsg(("replayed", (object)"one", 1L), Limits.Long);
        ExpectMsg(("replayed", (object)"two", 2L), Limits.Long);
        ExpectMsg(("recovered", 2L), Limits.Long);
        actor.Tell(long.MaxValue);
        Assert.Equal(2, ExpectMsg<DeleteMessagesSuccess>(Limits.Long).ToSequenceNr);
        StopAndWait(actor);
        actor = StartRecovered(Persisting.Storing("a", TestActor), lastSequenceNr: 2);
        actor.Tell("three");
        ExpectMsg(("three", 3L), Limits.Long);
    }

    [Fact]
    public void DeleteMessages_beyond_the_last_event_fails_and_deletes_nothing()
    {
        var actor = StartRecovered(Persisting.Of("a", TestActor, (message, self) =>
        {
            if (message is "delete")
                self.DeleteMessages(7);
            else
                Persisting.Store(message, self);
        }));
        actor.Tell("one");
        ExpectMsg(("one", 1L), Limits.Long);
        actor.Tell("delete");
        var failure = ExpectMsg<DeleteMessagesFailure>(Limits.Long);
        Assert.Equal(7, failure.ToSequenceNr);
        Assert.IsType<InvalidOperationException>(failure.Cause);
        StopAndWait(actor);
        Sys.ActorOf(Persisting.Storing("a", TestActor));
        ExpectMsg(("replayed", (object)"one", 1L), Limits.Long);
    }

    [Fact]
    public void DeleteMessages_that_fails_is_told_and_the_actor_goes_on()
    {
        var actor = StartRecovered(Persisting.Of("undeletable", TestActor, (message, self) =>
        {
            if (message is "delete")
                self.DeleteMessages(1);
            else
                Persisting.Store(message, self);
        }));
        actor.Tell("one");
        ExpectMsg(("one", 1L), Limits.Long);
        actor.Tell("delete");
        Assert.IsType<IOException>(ExpectMsg<DeleteMessagesFailure>(Limits.Long).Cause);
        actor.Tell("two");
        ExpectMsg(("two", 2L), Limits.Long);
    }
}
