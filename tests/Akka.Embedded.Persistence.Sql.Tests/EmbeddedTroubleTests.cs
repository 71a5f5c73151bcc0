using Akka.Actor;
using Akka.Event;

namespace Akka.Embedded.Persistence.Sql.Tests;

/// <summary>What a database in trouble does: the actor concerned fails with a message that says where, why and what to
/// do; others go on; nothing is deleted.</summary>
public sealed class EmbeddedTroubleTests : SqlKit
{
    private string File => ((TestDatabase.Sqlite)Database).File;

    [Fact]
    public void Damaged_event_fails_its_actor_only_and_stays_in_the_file()
    {
        var system = StartSystem();
        var other = StartKeeper(system, "other");
        InsertRow("a", 1, "'fine'", "note/1");
        InsertRow("a", 2, "X'FF00'", "note/1");
        var message = FailRecovery(system, "a", () => ExpectMsg(("replayed", "fine", 1L), Long));
        Says(message, "event 2 of 'a'", File, "not UTF-8", "restore", "Nothing was deleted");
        Store(other, "goes on", 1);
        Assert.Equal(2L, Database.Run("SELECT COUNT(*) FROM journal WHERE persistence_id = 'a'"));
    }

    [Fact]
    public void Event_of_an_unknown_manifest_fails_its_actor_with_the_manifest()
    {
        var system = StartSystem();
        var other = StartKeeper(system, "other");
        InsertRow("a", 1, "'from the future'", "note/9");
        Says(FailRecovery(system, "a"), "event 1 of 'a'", File, "note/9", "newer version", "Nothing was deleted");
        Store(other, "goes on", 1);
    }

    [Fact]
    public void Event_of_an_unknown_serializer_fails_its_actor_with_the_serializers_id()
    {
        var system = StartSystem();
        StartKeeper(system, "other");
        InsertRow("a", 1, "'x'", "note/1", serializerId: 999);
        Says(FailRecovery(system, "a"), "event 1 of 'a'", File, "999");
    }

    [Fact]
    public void Snapshot_of_an_unknown_version_fails_its_actor_and_stays_in_the_file()
    {
        var system = StartSystem();
        var other = StartKeeper(system, "other");
        Database.Run("INSERT INTO snapshot VALUES ('a', 7, 638000000000000000, CAST('x' AS BLOB), 'note/9', 7200)");
        Says(FailRecovery(system, "a"), "snapshot 7 of 'a'", File, "note/9", "newer version", "Nothing was deleted");
        Store(other, "goes on", 1);
        Assert.Equal(1L, Database.Run("SELECT COUNT(*) FROM snapshot"));
    }

    [Fact]
    public async Task Database_open_in_another_service_fails_the_actors_of_the_second_until_the_first_ends()
    {
        var first = StartSystem();
        var owner = StartKeeper(first, "a");
        var second = StartSystem();
        Says(FailRecovery(second, "a"), File, "locked by another process", "Stop the other process");
        Store(owner, "goes on", 1);
        await EndAsync(first);
        second.ActorOf(Keeper.Of("a", TestActor));
        ExpectMsg(("replayed", "goes on", 1L), Long);
        ExpectMsg(("recovered", "a", 1L), Long);
    }

    [Fact]
    public void Write_while_another_program_holds_the_file_fails_its_actor_and_later_ones_succeed()
    {
        var system = StartSystem("busy-timeout = 1s");
        var actor = StartKeeper(system, "a");
        var other = StartKeeper(system, "other");
        using (var holder = Database.Open())
        {
            using var hold = holder.CreateCommand();
            hold.CommandText = "BEGIN EXCLUSIVE";
            hold.ExecuteNonQuery();
            Watch(actor);
            actor.Tell(new Note("never"), ActorRefs.NoSender);
            Says(ExpectTrouble("failed", "a", 1), "event 1 of 'a'", File, "locked by another", "Stop the other");
            ExpectTerminated(actor, Long);
        }
        Store(other, "goes on", 1);
        StartKeeper(system, "a");
    }

    [Fact]
    public void Full_disk_fails_the_actor_that_writes_too_much_and_others_go_on()
    {
        var system = StartSystem("max-file-size = 200 KiB");
        var actor = StartKeeper(system, "a");
        var other = StartKeeper(system, "other");
        Watch(actor);
        actor.Tell(new Note(new string('x', 1_000_000)), ActorRefs.NoSender);
        Says(ExpectTrouble("failed", "a", 1), "event 1 of 'a'", File, "disk is full", "Free space");
        ExpectTerminated(actor, Long);
        Store(other, "goes on", 1);
        StartKeeper(system, "a");
    }

    [Fact]
    public void File_that_is_no_database_is_left_as_it_is()
    {
        System.IO.File.WriteAllText(File, "This is a letter, and long enough to be looked at as a database header is.");
        var before = System.IO.File.ReadAllBytes(File);
        Says(FailRecovery(StartSystem(), "a"), File, "not a database", "Restore it from a copy");
        Assert.Equal(before, System.IO.File.ReadAllBytes(File));
    }

    [Fact]
    public async Task Damaged_file_fails_its_actors_and_is_not_emptied()
    {
        var system = StartSystem();
        var actor = StartKeeper(system, "a");
        for (var number = 1; number <= 20; number++)
            Store(actor, new string('x', 4000), number);
        await EndAsync(system);
        // The first page, with the schema, stays; all rows and indices are lost.
        using (var file = System.IO.File.OpenWrite(File))
        {
            file.Position = 4096;
            file.Write(Enumerable.Repeat((byte)0xaa, checked((int)file.Length) - 4096).ToArray());
        }
        Says(FailRecovery(StartSystem(), "a"), "'a'", File, "damaged", "Restore it from a copy");
        Assert.InRange(new FileInfo(File).Length, 20 * 4000, int.MaxValue);
    }

    [Fact]
    public void Event_whose_bytes_are_missing_fails_its_actor()
    {
        var system = StartSystem();
        StartKeeper(system, "other");
        Database.Run(
            "INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier) " +
            "VALUES (1, FALSE, 'a', 1, CAST('x' AS BLOB), 'note/1', NULL)");
        Says(FailRecovery(system, "a"), "event 1 of 'a'", File, "serializer id are missing", "Nothing was deleted");
    }

    [Fact]
    public void Number_that_another_writer_has_used_fails_its_actor_only()
    {
        var system = StartSystem();
        var actor = StartKeeper(system, "a");
        var other = StartKeeper(system, "other");
        InsertRow("a", 1, "'first'", "note/1");
        Watch(actor);
        actor.Tell(new Note("second"), ActorRefs.NoSender);
        Says(ExpectTrouble("failed", "a", 1), "event 1 of 'a'", File, "another writer", "only one actor");
        ExpectTerminated(actor, Long);
        Store(other, "goes on", 1);
    }

    [Fact]
    public void Default_report_of_a_failed_recovery_names_the_file_and_the_actor()
    {
        var system = StartSystem();
        StartKeeper(system, "other");
        InsertRow("a", 1, "'x'", "note/9");
        var log = CreateTestProbe();
        system.EventStream.Subscribe(log.Ref, typeof(Error));
        system.ActorOf(Props.Create(() => new Silent("a")));
        Says(log.ExpectMsg<Error>(Long).ToString(), "[a]", "event 1 of 'a'", File, "note/9");
    }

    [Fact]
    public void Files_are_readable_by_their_owner_only_and_written_ahead()
    {
        if (OperatingSystem.IsWindows())
            return;
        Store(StartKeeper(StartSystem(), "a"), "one", 1);
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(File)!))
            Assert.Equal((file, Private), (file, System.IO.File.GetUnixFileMode(file)));
        Assert.True(System.IO.File.Exists(File + "-wal"));
        Assert.Equal("wal", Database.Run("PRAGMA journal_mode"));
    }

    private static void Says(string message, params string[] parts)
    {
        foreach (var part in parts)
            Assert.Contains(part, message, StringComparison.Ordinal);
    }

    /// <summary>Starts an actor that cannot recover; answers its reason once it has stopped.</summary>
    private string FailRecovery(ActorSystem system, string persistenceId, Action? first = null)
    {
        var watcher = CreateTestProbe();
        var actor = system.ActorOf(Keeper.Of(persistenceId, TestActor));
        watcher.Watch(actor);
        first?.Invoke();
        var message = ExpectTrouble("recovery failed", persistenceId);
        watcher.ExpectTerminated(actor, Long);
        return message;
    }

    private sealed class Silent(string persistenceId) : Akka.Persistence.ReceivePersistentActor
    {
        public override string PersistenceId { get; } = persistenceId;
    }
}
