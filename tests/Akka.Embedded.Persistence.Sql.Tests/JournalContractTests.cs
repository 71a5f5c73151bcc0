using System.Globalization;
using Akka.Actor;
using Akka.Persistence;

namespace Akka.Embedded.Persistence.Sql.Tests;

/// <summary>What holds for a journal and a snapshot store in any database.</summary>
public sealed class JournalContractTests(PostgresServer postgres) : SqlKit, IClassFixture<PostgresServer>
{
    [Theory]
    [InlineData(nameof(TestDatabase.Sqlite))]
    [PostgresData]
    public async Task Events_are_replayed_in_order_after_the_system_has_ended(string kind)
    {
        Choose(kind);
        var system = StartSystem();
        var actor = StartKeeper(system, "a");
        Store(actor, "one", 1);
        actor.Tell(new Note[] { new("two"), new("drei ü") }, ActorRefs.NoSender);
        ExpectMsg(("stored", "two", 2L), Long);
        ExpectMsg(("stored", "drei ü", 3L), Long);
        await EndAsync(system);

        StartSystem().ActorOf(Keeper.Of("a", TestActor));
        ExpectMsg(("replayed", "one", 1L), Long);
        ExpectMsg(("replayed", "two", 2L), Long);
        ExpectMsg(("replayed", "drei ü", 3L), Long);
        ExpectMsg(("recovered", "a", 3L), Long);
    }

    [Theory]
    [InlineData(nameof(TestDatabase.Sqlite))]
    [PostgresData]
    public async Task Numbers_go_on_after_all_events_were_deleted(string kind)
    {
        Choose(kind);
        var system = StartSystem();
        var actor = StartKeeper(system, "a");
        Store(actor, "one", 1);
        Store(actor, "two", 2);
        actor.Tell(long.MaxValue, ActorRefs.NoSender);
        Assert.Equal(2, ExpectMsg<DeleteMessagesSuccess>(Long).ToSequenceNr);
        Assert.Equal(1, Count("SELECT COUNT(*) FROM journal"));
        await EndAsync(system);

        Store(StartKeeper(StartSystem(), "a", lastSequenceNr: 2), "three", 3);
    }

    [Theory]
    [InlineData(nameof(TestDatabase.Sqlite))]
    [PostgresData]
    public async Task Snapshot_is_offered_with_the_events_after_it(string kind)
    {
        Choose(kind);
        var system = StartSystem();
        var actor = StartKeeper(system, "a");
        Store(actor, "one", 1);
        actor.Tell("snapshot of one", ActorRefs.NoSender);
        Assert.Equal(1, ExpectMsg<SaveSnapshotSuccess>(Long).Metadata.SequenceNr);
        Store(actor, "two", 2);
        await EndAsync(system);

        StartSystem().ActorOf(Keeper.Of("a", TestActor));
        ExpectMsg(("snapshot", "snapshot of one", 1L), Long);
        ExpectMsg(("replayed", "two", 2L), Long);
        ExpectMsg(("recovered", "a", 2L), Long);
    }

    [Theory]
    [InlineData(nameof(TestDatabase.Sqlite))]
    [PostgresData]
    public async Task Snapshots_are_deleted_by_number_and_by_criteria(string kind)
    {
        Choose(kind);
        var system = StartSystem();
        var actor = StartKeeper(system, "a");
        for (var number = 1; number <= 4; number++)
        {
            Store(actor, $"event {number}", number);
            actor.Tell($"snapshot {number}", ActorRefs.NoSender);
            ExpectMsg<SaveSnapshotSuccess>(Long);
        }
        actor.Tell(4, ActorRefs.NoSender);
        Assert.Equal(4, ExpectMsg<DeleteSnapshotSuccess>(Long).Metadata.SequenceNr);
        actor.Tell(new SnapshotSelectionCriteria(2), ActorRefs.NoSender);
        ExpectMsg<DeleteSnapshotsSuccess>(Long);
        Assert.Equal(3, Count("SELECT SUM(sequence_number) FROM snapshot"));
        await EndAsync(system);

        StartSystem().ActorOf(Keeper.Of("a", TestActor));
        ExpectMsg(("snapshot", "snapshot 3", 3L), Long);
        ExpectMsg(("replayed", "event 4", 4L), Long);
        ExpectMsg(("recovered", "a", 4L), Long);
    }

    [Theory]
    [InlineData(nameof(TestDatabase.Sqlite))]
    [PostgresData]
    public void Many_writers_at_once_store_everything_each_in_its_order(string kind)
    {
        Choose(kind);
        const int Writers = 32;
        const int Events = 10;
        var system = StartSystem();
        var probes = Enumerable.Range(0, Writers).Select(_ => CreateTestProbe()).ToArray();
        foreach (var (i, probe) in probes.Index())
        {
            var actor = system.ActorOf(Keeper.Of($"w{i}", probe.Ref));
            for (var n = 1; n <= Events; n++)
                actor.Tell(new Note($"{i}.{n}"), probe.Ref);
        }
        foreach (var (i, probe) in probes.Index())
        {
            probe.ExpectMsg(("recovered", $"w{i}", 0L), Long);
            for (var n = 1; n <= Events; n++)
                probe.ExpectMsg(("stored", $"{i}.{n}", (long)n), Long);
        }
        Assert.Equal(Writers * Events, Count("SELECT COUNT(*) FROM journal"));
        Assert.Equal(Writers, Count($"SELECT COUNT(*) FROM journal WHERE sequence_number = {Events}"));
    }

    [Theory]
    [InlineData(nameof(TestDatabase.Sqlite))]
    [PostgresData]
    public void Columns_and_indices_are_those_of_Akka_Persistence_Sql(string kind)
    {
        Choose(kind);
        StartKeeper(StartSystem(), "a");
        Assert.Equal(
            "created deleted identifier manifest message ordering persistence_id sequence_number writer_uuid",
            Columns("journal"));
        Assert.Equal("ordering_id persistence_id sequence_nr tag", Columns("tags"));
        Assert.Equal(
            "created manifest persistence_id sequence_number serializer_id snapshot", Columns("snapshot"));
        var indices = kind == nameof(TestDatabase.Sqlite)
            ? "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            : "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE 'PK_%'";
        Assert.Equal(
            "journal_created_idx journal_sequence_number_idx journal_uq snapshot_created_idx " +
            "snapshot_sequence_number_idx tags_persistence_id_sequence_nr_idx tags_tag_idx",
            List(indices));
    }

    [Fact]
    public void Types_in_SQLite_are_those_of_Akka_Persistence_Sql()
    {
        StartKeeper(StartSystem(), "a");
        // Seen in a file that Akka.Persistence.Sql 1.5.30 made.
        Assert.Equal(
            "created INTEGER, deleted Bit, identifier INTEGER?, manifest NVarChar(500)?, message VarBinary, " +
            "ordering INTEGER, persistence_id NVarChar(255), sequence_number INTEGER, writer_uuid NVarChar(128)?",
            Types("journal"));
        Assert.Equal(
            "ordering_id INTEGER, persistence_id NVarChar(255), sequence_nr INTEGER, tag NVarChar(64)", Types("tags"));
        Assert.Equal(
            "created INTEGER, manifest NVarChar(500)?, persistence_id NVarChar(255), sequence_number INTEGER, " +
            "serializer_id INTEGER?, snapshot VarBinary?",
            Types("snapshot"));
    }

    [Theory]
    [InlineData(nameof(TestDatabase.Sqlite))]
    [PostgresData]
    public void Row_written_by_another_program_in_this_layout_is_read(string kind)
    {
        Choose(kind);
        var system = StartSystem();
        StartKeeper(system, "first");
        InsertRow("a", 1, "'from afar'", "note/1");
        system.ActorOf(Keeper.Of("a", TestActor));
        ExpectMsg(("replayed", "from afar", 1L), Long);
        ExpectMsg(("recovered", "a", 1L), Long);
    }

    [Theory]
    [InlineData(nameof(TestDatabase.Sqlite))]
    [PostgresData]
    public void Event_that_its_serializer_refuses_is_rejected_and_leaves_a_gap(string kind)
    {
        Choose(kind);
        var system = StartSystem();
        var actor = StartKeeper(system, "a");
        actor.Tell(new Keeper.Unserializable(), ActorRefs.NoSender);
        ExpectTrouble("rejected", "a", 1);
        Store(actor, "two", 2);
        Assert.Equal(1, Count("SELECT COUNT(*) FROM journal"));
    }

    private void Choose(string kind)
    {
        if (kind != nameof(TestDatabase.Postgres))
            return;
        Database.Dispose();
        Database = postgres.CreateDatabase();
    }

    private string Columns(string table)
    {
        using var connection = Database.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT * FROM {table} WHERE 1 = 0";
        using var reader = command.ExecuteReader();
        return string.Join(
            ' ', Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).Order(StringComparer.Ordinal));
    }

    private string Types(string table) => List(
        $"""
        SELECT name || ' ' || type || CASE "notnull" WHEN 0 THEN '?' ELSE '' END FROM pragma_table_info('{table}')
        """,
        ", ");

    private string List(string query, string separator = " ")
    {
        using var connection = Database.Open();
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var found = new List<string>();
        while (reader.Read())
            found.Add(reader.GetString(0));
        return string.Join(separator, found.Order(StringComparer.Ordinal));
    }

    private long Count(string query) => Convert.ToInt64(Database.Run(query), CultureInfo.InvariantCulture);
}
