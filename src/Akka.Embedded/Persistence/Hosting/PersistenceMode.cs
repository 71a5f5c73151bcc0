namespace Akka.Persistence.Hosting;

/// <summary>What a plugin package is to be used for.</summary>
public enum PersistenceMode
{
    /// <summary>Events and snapshots.</summary>
    Both,

    /// <summary>Events only.</summary>
    Journal,

    /// <summary>Snapshots only.</summary>
    SnapshotStore,
}
