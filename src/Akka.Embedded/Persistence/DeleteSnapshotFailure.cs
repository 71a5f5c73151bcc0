namespace Akka.Persistence;

/// <summary>Answers a DeleteSnapshot: it may still be there. The actor goes on.</summary>
public sealed record DeleteSnapshotFailure(SnapshotMetadata Metadata, Exception Cause);
