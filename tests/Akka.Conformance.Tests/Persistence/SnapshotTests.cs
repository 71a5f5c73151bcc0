using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace Akka.Conformance.Tests.Persistence;

/// <summary>Saving and deleting snapshots.</summary>
public sealed class SnapshotTests : PersistenceTestKit
{
    [Fact]
    public void SaveSnapshot_is_labelled_with_the_last_event_and_answered_by_a_command()
    {
        var actor = Start("a");
        actor.Tell("event");
        actor.Tell("save state");
        var saved = ExpectMsg<SaveSnapshotSuccess>(Limits.Long).Metadata;
        Assert.Equal(("a", 1L), (saved.PersistenceId, saved.SequenceNr));
        Assert.NotEqual(DateTime.MinValue, saved.Timestamp);
    }

    [Fact]
    public void SaveSnapshot_that_fails_is_told_and_the_actor_goes_on()
    {
        var actor = Start("a");
        actor.Tell("save failing state");
        var failure = ExpectMsg<SaveSnapshotFailure>(Limits.Long);
        Assert.IsType<IOException>(failure.Cause);
        Assert.Equal("a", failure.Metadata.PersistenceId);
        actor.Tell("save state");
        ExpectMsg<SaveSnapshotSuccess>(Limits.Long);
    }

    [Fact]
    public void SaveSnapshotFailure_that_is_not_handled_is_a_warning_and_an_unhandled_message()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        Sys.ActorOf(Props.Create(() => new HandlesNoAnswers())).Tell("go");
        var warning = FishForMessage<Warning>(warned => warned.ToString().Contains("the disk is full"), Limits.Long);
        Assert.Contains("a", warning.Message.ToString());
        ExpectMsg<UnhandledMessage>(unhandled => unhandled.Message is SaveSnapshotFailure, Limits.Long);
    }

    [Fact]
    public void DeleteSnapshot_leaves_the_older_one_to_be_offered()
    {
        var actor = Start("a");
        foreach (var number in new[] { 1, 2 })
        {
            actor.Tell("event");
            actor.Tell($"save state {number}");
            Assert.Equal(number, ExpectMsg<SaveSnapshotSuccess>(Limits.Long).Metadata.SequenceNr);
        }
        actor.Tell(2L);
        Assert.Equal(2, ExpectMsg<DeleteSnapshotSuccess>(Limits.Long).Metadata.SequenceNr);
        StopAndWait(actor);
        Sys.ActorOf(Persisting.Storing("a", TestActor));
        ExpectMsg(("snapshot", (object)"state 1", 1L), Limits.Long);
        ExpectMsg(("replayed", (object)"event", 2L), Limits.Long);
    }

    [Fact]
    public void DeleteSnapshots_deletes_what_fits_the_criteria()
    {
        var actor = Start("a");
        foreach (var number in new[] { 1, 2, 3 })
        {
            actor.Tell("event");
            actor.Tell($"save state {number}");
            ExpectMsg<SaveSnapshotSuccess>(Limits.Long);
        }
        var criteria = new SnapshotSelectionCriteria(2);
        actor.Tell(criteria);
        Assert.Equal(criteria, ExpectMsg<DeleteSnapshotsSuccess>(Limits.Long).Criteria);
        StopAndWait(actor);
        var older = Sys.ActorOf(Persisting.Storing("a", TestActor, new Recovery(new SnapshotSelectionCriteria(2))));
        foreach (var number in new[] { 1L, 2L, 3L })
            ExpectMsg(("replayed", (object)"event", number), Limits.Long);
        ExpectMsg(("recovered", 3L), Limits.Long);
        StopAndWait(older);
        Sys.ActorOf(Persisting.Storing("a", TestActor));
        ExpectMsg(("snapshot", (object)"state 3", 3L), Limits.Long);
    }

    [Fact]
    public void Deletes_that_fail_are_told_and_the_actor_goes_on()
    {
        var actor = Start("undeletable");
        actor.Tell(1L);
        Assert.IsType<IOException>(ExpectMsg<DeleteSnapshotFailure>(Limits.Long).Cause);
        actor.Tell(SnapshotSelectionCriteria.Latest);
        Assert.IsType<IOException>(ExpectMsg<DeleteSnapshotsFailure>(Limits.Long).Cause);
        actor.Tell("save state");
        ExpectMsg<SaveSnapshotSuccess>(Limits.Long);
    }

    private IActorRef Start(string persistenceId)
        => StartRecovered(Persisting.Of(persistenceId, TestActor, (message, self) =>
        {
            switch (message)
            {
                case "event":
                    self.Persist("event", _ => { });
                    break;
                case string text when text.StartsWith("save ", StringComparison.Ordinal):
                    self.SaveSnapshot(text["save ".Length..]);
                    break;
                case long number:
                    self.DeleteSnapshot(number);
                    break;
                case SnapshotSelectionCriteria criteria:
                    self.DeleteSnapshots(criteria);
                    break;
                default:
                    self.Tell(message);
                    break;
            }
        }));

    private sealed class HandlesNoAnswers : ReceivePersistentActor
    {
        public HandlesNoAnswers() => Command<string>(_ => SaveSnapshot("fail"));

        public override string PersistenceId => "a";
    }
}
