namespace Akka.Persistence;

/// <summary>Answers a DeleteSnapshots: some may still be there. The actor goes on.</summary>
public sealed record DeleteSnapshotsFailure(SnapshotSelectionCriteria Criteria, Exception Cause);
