using Akka.Actor;
using Akka.Configuration;

namespace Akka.Conformance.Tests.Persistence;

/// <summary>A test kit whose actors persist in memory, through <see cref="FaultyJournal"/>.</summary>
public abstract class PersistenceTestKit(string hocon = "")
    : Akka.TestKit.Xunit2.TestKit(ConfigurationFactory.ParseString(hocon + Hocon), "persistence")
{
    private static readonly string Hocon = $$"""

        akka.persistence {
          journal {
            plugin = "{{FaultyJournal.Id}}"
            faulty.class = "{{typeof(FaultyJournal).AssemblyQualifiedName}}"
          }
          snapshot-store {
            plugin = "akka.persistence.snapshot-store.faulty"
            faulty.class = "{{typeof(FaultySnapshotStore).AssemblyQualifiedName}}"
          }
        }
        """;

    /// <summary>Starts an actor under the user guardian and waits for the end of its recovery.</summary>
    protected IActorRef StartRecovered(Props props, long lastSequenceNr = 0)
    {
        var actor = Sys.ActorOf(props);
        ExpectMsg(("recovered", lastSequenceNr), Limits.Long);
        return actor;
    }

    /// <summary>Stops an actor and waits until it has stopped.</summary>
    protected void StopAndWait(IActorRef actor)
    {
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor, Limits.Long);
    }

    /// <summary>Starts an actor, persists texts, and waits until all are stored.</summary>
    protected IActorRef StartWithEvents(string persistenceId, params string[] events)
    {
        var actor = StartRecovered(Persisting.Storing(persistenceId, TestActor));
        foreach (var (index, text) in events.Index())
        {
            actor.Tell(text);
            ExpectMsg((text, index + 1L), Limits.Long);
        }
        return actor;
    }
}
