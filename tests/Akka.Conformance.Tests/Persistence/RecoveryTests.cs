using Akka.Actor;
using Akka.Persistence;

namespace Akka.Conformance.Tests.Persistence;

/// <summary>Taking the past back.</summary>
public sealed class RecoveryTests() : PersistenceTestKit(
    $$"""
    akka.persistence.max-concurrent-recoveries = 1
    {{FaultyJournal.Id}}.recovery-event-timeout = 500ms
    """)
{
    [Fact]
    public void Recovery_is_PreStart_then_snapshot_then_later_events_then_the_end_then_waiting_commands()
    {
        StopAndWait(StartWithEvents("a", "one"));
        SaveSnapshot("a", 1);
        var actor = Sys.ActorOf(Persisting.Storing("a", TestActor));
        ExpectMsg(("snapshot", (object)"state", 1L), Limits.Long);
        ExpectMsg(("recovered", 1L), Limits.Long);
        actor.Tell("two");
        ExpectMsg(("two", 2L), Limits.Long);
        StopAndWait(actor);

        actor = Sys.ActorOf(Props.Create(() => new Watched("a", TestActor)));
        actor.Tell("first");
        actor.Tell("second");
        ExpectMsg(("PreStart", 0L, true), Limits.Long);
        ExpectMsg(("state", 1L, true), Limits.Long);
        ExpectMsg(("two", 2L, true), Limits.Long);
        ExpectMsg(("RecoveryCompleted", 2L, false), Limits.Long);
        ExpectMsg(("first", 2L, false), Limits.Long);
        ExpectMsg(("second", 2L, false), Limits.Long);
    }

    [Fact]
    public void Snapshot_that_is_not_taken_is_followed_by_all_events()
    {
        StopAndWait(StartWithEvents("a", "one"));
        SaveSnapshot("a", 1);
        Sys.ActorOf(Props.Create(() => new TakesNoSnapshot("a", TestActor)));
        ExpectMsg("one", Limits.Long);
        ExpectMsg<RecoveryCompleted>(Limits.Long);
    }

    [Fact]
    public void Restart_repeats_the_recovery()
    {
        var actor = StartWithEvents("a", "one");
        actor.Tell(new InvalidOperationException("restart"));
        actor.Tell("two");
        ExpectMsg(("replayed", (object)"one", 1L), Limits.Long);
        ExpectMsg(("recovered", 1L), Limits.Long);
        ExpectMsg(("two", 2L), Limits.Long);
    }

    [Fact]
    public void Recovery_None_replays_nothing_and_numbering_goes_on()
    {
        StopAndWait(StartWithEvents("a", "one", "two"));
        var actor = StartRecovered(Persisting.Storing("a", TestActor, Recovery.None), lastSequenceNr: 2);
        actor.Tell("three");
        ExpectMsg(("three", 3L), Limits.Long);
    }

    [Fact]
    public void Recovery_is_bounded_by_number_count_and_snapshot_criteria()
    {
        StopAndWait(StartWithEvents("a", "one", "two", "three"));
        SaveSnapshot("a", 3, "one", "two", "three");

        var none = SnapshotSelectionCriteria.None;
        StopAndWait(Sys.ActorOf(Persisting.Storing("a", TestActor, new Recovery(none, toSequenceNr: 2))), () =>
        {
            ExpectMsg(("replayed", (object)"one", 1L), Limits.Long);
            ExpectMsg(("replayed", (object)"two", 2L), Limits.Long);
            ExpectMsg(("recovered", 3L), Limits.Long);
        });
        StopAndWait(Sys.ActorOf(Persisting.Storing("a", TestActor, new Recovery(none, replayMax: 1))), () =>
        {
            ExpectMsg(("replayed", (object)"one", 1L), Limits.Long);
            ExpectMsg(("recovered", 3L), Limits.Long);
        });
        var older = new SnapshotSelectionCriteria(2);
        StopAndWait(Sys.ActorOf(Persisting.Storing("a", TestActor, new Recovery(older))), () =>
        {
            ExpectMsg(("replayed", (object)"one", 1L), Limits.Long);
            ExpectMsg(("replayed", (object)"two", 2L), Limits.Long);
            ExpectMsg(("replayed", (object)"three", 3L), Limits.Long);
            ExpectMsg(("recovered", 3L), Limits.Long);
        });
    }

    [Fact]
    public void Thousands_of_events_are_replayed_in_order()
    {
        const int Events = 2500;
        var writer = StartRecovered(Persisting.Of("a", TestActor, (_, self) => self.PersistAll(
            Enumerable.Range(1, Events).Select(i => $"e{i}"),
            stored =>
            {
                if (stored == $"e{Events}")
                    self.Tell("stored");
            })));
        writer.Tell("go");
        ExpectMsg("stored", Limits.Long);
        StopAndWait(writer);
        Sys.ActorOf(Persisting.Storing("a", TestActor));
        for (var i = 1; i <= Events; i++)
            ExpectMsg(("replayed", (object)$"e{i}", (long)i), Limits.Long);
        ExpectMsg(("recovered", (long)Events), Limits.Long);
    }

    [Fact]
    public void Exception_in_a_recover_handler_stops_the_actor_and_does_not_restart_it()
    {
        StopAndWait(StartWithEvents("a", "poison", "never replayed"));
        var actor = Sys.ActorOf(Persisting.Storing("a", TestActor));
        Watch(actor);
        ExpectMsg(("recovery failed", typeof(FormatException), (object)"poison"), Limits.Long);
        ExpectTerminated(actor, Limits.Long);
    }

    [Fact]
    public void Journal_that_cannot_be_read_stops_the_actor()
    {
        var actor = Sys.ActorOf(Persisting.Storing("unreadable", TestActor));
        Watch(actor);
        ExpectMsg(("recovery failed", typeof(IOException), (object?)null), Limits.Long);
        ExpectTerminated(actor, Limits.Long);
    }

    [Fact]
    public void Snapshot_that_cannot_be_loaded_stops_the_actor()
    {
        var actor = Sys.ActorOf(Persisting.Storing("unloadable", TestActor));
        Watch(actor);
        ExpectMsg(("recovery failed", typeof(IOException), (object?)null), Limits.Long);
        ExpectTerminated(actor, Limits.Long);
    }

    [Fact]
    public void Silence_of_the_journal_stops_the_actor_and_lets_the_next_recover()
    {
        // Only one may recover at a time here, so the second is held up by the first until that has given up.
        Sys.EventStream.Subscribe(TestActor, typeof(FaultyJournal.AskedInVain));
        var first = Sys.ActorOf(Persisting.Storing("silent", TestActor));
        Watch(first);
        ExpectMsg<FaultyJournal.AskedInVain>(Limits.Long);
        Sys.ActorOf(Persisting.Storing("b", TestActor));
        ExpectMsg(("recovery failed", typeof(RecoveryTimedOutException), (object?)null), Limits.Long);
        var rest = new[] { ExpectMsg<object>(Limits.Long), ExpectMsg<object>(Limits.Long) };
        Assert.Single(rest, message => message is Terminated);
        Assert.Single(rest, message => message is ("recovered", 0L));
    }

    [Fact]
    public void Actor_without_a_persistence_id_does_not_start()
    {
        var actor = Sys.ActorOf(Persisting.Storing(null!, TestActor));
        Watch(actor);
        ExpectTerminated(actor, Limits.Long);
    }

    [Fact]
    public void Actor_whose_journal_is_not_configured_does_not_start()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Elsewhere("akka.persistence.journal.nowhere", TestActor)));
        Watch(actor);
        ExpectTerminated(actor, Limits.Long);
    }

    [Fact]
    public void Actor_that_names_a_journal_uses_that_one()
    {
        StopAndWait(StartWithEvents("a", "in the default journal"));
        Sys.ActorOf(Props.Create(() => new Elsewhere("akka.persistence.journal.inmem", TestActor)));
        ExpectMsg<RecoveryCompleted>(Limits.Long);
    }

    private void StopAndWait(IActorRef actor, Action before)
    {
        before();
        StopAndWait(actor);
    }

    private void SaveSnapshot(string persistenceId, long last, params string[] replayed)
    {
        var actor = Sys.ActorOf(Persisting.Of(persistenceId, TestActor, (message, self) =>
        {
            if (message is "save")
                self.SaveSnapshot("state");
            else
                self.Tell(message);
        }));
        foreach (var (index, text) in (replayed.Length == 0 ? ["one"] : replayed).Index())
            ExpectMsg(("replayed", (object)text, index + 1L), Limits.Long);
        ExpectMsg(("recovered", last), Limits.Long);
        actor.Tell("save");
        Assert.Equal(last, ExpectMsg<SaveSnapshotSuccess>(Limits.Long).Metadata.SequenceNr);
        StopAndWait(actor);
    }

    private sealed class Watched : ReceivePersistentActor
    {
        private readonly IActorRef _trace;

        public Watched(string persistenceId, IActorRef trace)
        {
            PersistenceId = persistenceId;
            _trace = trace;
            Recover<SnapshotOffer>(offer => Say((string)offer.Snapshot));
            Recover<RecoveryCompleted>(_ => Say(nameof(RecoveryCompleted)));
            Recover<string>(Say);
            Command<string>(Say);
        }

        public override string PersistenceId { get; }

        protected override void PreStart() => Say(nameof(PreStart));

        private void Say(string what) => _trace.Tell((what, LastSequenceNr, IsRecovering));
    }

    private sealed class TakesNoSnapshot(string persistenceId, IActorRef trace) : PersistentActor
    {
        public override string PersistenceId { get; } = persistenceId;

        protected override bool ReceiveRecover(object message)
        {
            if (message is SnapshotOffer)
                return false;
            trace.Tell(message);
            return true;
        }

        protected override bool ReceiveCommand(object message) => false;
    }

    private sealed class Elsewhere : ReceivePersistentActor
    {
        public Elsewhere(string journal, IActorRef trace)
        {
            JournalPluginId = journal;
            RecoverAny(trace.Tell);
        }

        public override string PersistenceId => "a";
    }
}
