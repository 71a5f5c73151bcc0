namespace Akka.Persistence;

/// <summary>Gives a recover handler the state to go on from. Only the events after it are replayed.</summary>
public sealed record SnapshotOffer(SnapshotMetadata Metadata, object Snapshot);
