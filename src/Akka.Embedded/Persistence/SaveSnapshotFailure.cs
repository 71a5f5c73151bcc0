namespace Akka.Persistence;

/// <summary>Answers a SaveSnapshot: it is not stored. The actor goes on.</summary>
public sealed record SaveSnapshotFailure(SnapshotMetadata Metadata, Exception Cause);
