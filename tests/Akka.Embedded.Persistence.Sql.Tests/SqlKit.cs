using Akka.Actor;

namespace Akka.Embedded.Persistence.Sql.Tests;

/// <summary>Starts actor systems on a database; the kit's own system only watches.</summary>
public abstract class SqlKit : Akka.TestKit.Xunit2.TestKit
{
    /// <summary>Generous: reaching it is a hang, not slowness.</summary>
    protected static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private readonly List<ActorSystem> _systems = [];

    /// <summary>The database of the test; the test chooses it first.</summary>
    protected TestDatabase Database { get; set; } = new TestDatabase.Sqlite();

    protected ActorSystem StartSystem(string extra = "")
    {
        var system = ActorSystem.Create("sql", Database.Config(extra));
        _systems.Add(system);
        return system;
    }

    /// <summary>Starts an actor and waits for the end of its recovery, in which nothing is replayed.</summary>
    protected IActorRef StartKeeper(ActorSystem system, string persistenceId, long lastSequenceNr = 0)
    {
        var actor = system.ActorOf(Keeper.Of(persistenceId, TestActor));
        ExpectMsg(("recovered", persistenceId, lastSequenceNr), Long);
        return actor;
    }

    protected void Store(IActorRef actor, string text, long sequenceNr)
    {
        actor.Tell(new Note(text), ActorRefs.NoSender);
        ExpectMsg(("stored", text, sequenceNr), Long);
    }

    /// <summary>What an actor said of a failure: its message.</summary>
    protected string ExpectTrouble(string what, string persistenceId, long sequenceNr = 0)
    {
        var (kind, id, number, message) = ExpectMsg<(string, string, long, string)>(Long);
        Assert.Equal((what, persistenceId, sequenceNr), (kind, id, number));
        return message;
    }

    /// <summary>Inserts an event as another program would.</summary>
    /// <param name="persistenceId">Whose event.</param>
    /// <param name="sequenceNr">Its number.</param>
    /// <param name="bytes">A literal of the database.</param>
    /// <param name="manifest">What the serializer would call it.</param>
    /// <param name="serializerId">Which serializer.</param>
    protected void InsertRow(
        string persistenceId, long sequenceNr, string bytes, string manifest, int serializerId = 7200)
    {
        var type = Database is TestDatabase.Sqlite ? "BLOB" : "BYTEA";
        Database.Run($"""
            INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier)
            VALUES (638000000000000000, FALSE, '{persistenceId}', {sequenceNr}, CAST({bytes} AS {type}), '{manifest}',
              {serializerId})
            """);
    }

    protected async Task EndAsync(ActorSystem system)
    {
        await system.Terminate().WaitAsync(Long);
        _systems.Remove(system);
    }

    protected override void AfterAll()
    {
        foreach (var system in _systems)
            system.Dispose();
        Database.Dispose();
        base.AfterAll();
    }
}
