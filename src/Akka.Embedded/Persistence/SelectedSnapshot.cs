namespace Akka.Persistence;

/// <summary>A snapshot that a store found.</summary>
public sealed record SelectedSnapshot(SnapshotMetadata Metadata, object Snapshot);
