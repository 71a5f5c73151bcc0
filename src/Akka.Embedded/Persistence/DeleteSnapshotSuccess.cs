namespace Akka.Persistence;

/// <summary>Answers a DeleteSnapshot: it is gone.</summary>
public sealed record DeleteSnapshotSuccess(SnapshotMetadata Metadata);
