using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Conformance.Tests.Persistence;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace Akka.Conformance.Tests;

/// <summary>What the embedded provider promises about persistence beyond the packages.</summary>
public sealed class PersistenceEmbeddedTests() : Akka.TestKit.Xunit2.TestKit(ConfigurationFactory.ParseString($$"""
    akka.persistence {
      journal { plugin = "akka.persistence.journal.held", held.class = "{{typeof(HeldJournal).AssemblyQualifiedName}}" }
      snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
    }
    """))
{
    [Fact]
    public void Recovery_waits_for_a_write_of_the_incarnation_before_and_does_not_use_its_number_again()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(HeldJournal.Held));
        var actor = Sys.ActorOf(Persisting.Of("a", TestActor, (message, self) =>
        {
            if (message is Exception cause)
                throw cause;
            self.PersistAsync(message, _ => self.Tell(("stored", message, self.LastSequenceNr)));
        }));
        ExpectMsg(("recovered", 0L), Limits.Long);
        actor.Tell("hold this");
        var held = ExpectMsg<HeldJournal.Held>(Limits.Long);
        actor.Tell(new InvalidOperationException("restart"));
        ExpectNoMsg(Limits.Quiet);

        held.Release.SetResult();
        ExpectMsg(("replayed", (object)"hold this", 1L), Limits.Long);
        ExpectMsg(("recovered", 1L), Limits.Long);
        actor.Tell("two");
        ExpectMsg(("stored", (object)"two", 2L), Limits.Long);
    }

    [Fact]
    public void DeleteSnapshots_looks_at_the_lower_bounds_too()
    {
        var actor = Sys.ActorOf(Persisting.Of("a", TestActor, (message, self) =>
        {
            switch (message)
            {
                case "save":
                    self.Persist("event", _ => self.SaveSnapshot("state"));
                    break;
                case SnapshotSelectionCriteria criteria:
                    self.DeleteSnapshots(criteria);
                    break;
                default:
                    self.Tell(message);
                    break;
            }
        }));
        ExpectMsg(("recovered", 0L), Limits.Long);
        foreach (var number in new[] { 1, 2, 3 })
        {
            actor.Tell("save");
            Assert.Equal(number, ExpectMsg<SaveSnapshotSuccess>(Limits.Long).Metadata.SequenceNr);
        }
        actor.Tell(new SnapshotSelectionCriteria(3, DateTime.MaxValue, minSequenceNr: 2));
        ExpectMsg<DeleteSnapshotsSuccess>(Limits.Long);
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor, Limits.Long);
        Sys.ActorOf(Persisting.Storing("a", TestActor));
        ExpectMsg(("snapshot", (object)"state", 1L), Limits.Long);
    }

    /// <summary>A journal in memory that does not answer a write of an event that begins with "hold" until it is told.</summary>
    private sealed class HeldJournal : MemoryJournal
    {
        protected override async Task<IImmutableList<Exception?>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
        {
            AtomicWrite[] writes = [.. messages];
            var answer = await base.WriteMessagesAsync(writes);
            var events = writes.SelectMany(write => (IEnumerable<IPersistentRepresentation>)write.Payload);
            if (events.Any(stored => stored.Payload is string text && text.StartsWith("hold", StringComparison.Ordinal)))
            {
                var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                Context.System.EventStream.Publish(new Held(release));
                await release.Task;
            }
            return answer;
        }

        public sealed record Held(TaskCompletionSource Release);
    }
}
