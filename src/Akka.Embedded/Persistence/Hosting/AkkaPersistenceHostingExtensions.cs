using Akka.Configuration;
using Akka.Hosting;

namespace Akka.Persistence.Hosting;

/// <summary>Persistence plugins in a Microsoft host.</summary>
public static class AkkaPersistenceHostingExtensions
{
    /// <summary>Keeps events in memory, for tests and for services that need not remember.</summary>
    public static AkkaConfigurationBuilder WithInMemoryJournal(this AkkaConfigurationBuilder builder)
        => builder.WithPlugin("journal", "inmem", isDefaultPlugin: true, "Akka.Persistence.Journal.MemoryJournal");

    /// <summary>Keeps snapshots in memory, for tests and for services that need not remember.</summary>
    /// <param name="builder">What to add to.</param>
    /// <param name="snapshotStoreId">Name of its block below <c>akka.persistence.snapshot-store</c>.</param>
    /// <param name="isDefaultPlugin">Whether actors that name no store get this one.</param>
    public static AkkaConfigurationBuilder WithInMemorySnapshotStore(
        this AkkaConfigurationBuilder builder, string snapshotStoreId = "inmem", bool isDefaultPlugin = true)
        => builder.WithPlugin(
            "snapshot-store", snapshotStoreId, isDefaultPlugin, "Akka.Persistence.Snapshot.MemorySnapshotStore");

    private static AkkaConfigurationBuilder WithPlugin(
        this AkkaConfigurationBuilder builder, string kind, string id, bool isDefaultPlugin, string className)
    {
        var path = $"akka.persistence.{kind}.{id}";
        var chosen = isDefaultPlugin ? $"akka.persistence.{kind}.plugin = \"{path}\"\n" : "";
        Config config = $"{chosen}{path}.class = \"{className}, Akka.Persistence\"";
        return builder.AddHocon(config, HoconAddMode.Prepend);
    }
}
