namespace Akka.Persistence;

/// <summary>Answers a SaveSnapshot: it is stored.</summary>
public sealed record SaveSnapshotSuccess(SnapshotMetadata Metadata);
