namespace Akka.Persistence;

/// <summary>Answers a DeleteSnapshots: they are gone.</summary>
public sealed record DeleteSnapshotsSuccess(SnapshotSelectionCriteria Criteria);
