using Akka.Actor;

namespace Akka.Persistence;

/// <summary>What a persistent actor asks of its snapshot store. Answers to all but a load are messages users
/// see.</summary>
internal static class SnapshotProtocol
{
    /// <summary>Answered by <see cref="Loaded"/> or <see cref="LoadFailed"/>.</summary>
    public sealed record Load(
        string PersistenceId, SnapshotSelectionCriteria Criteria, long ToSequenceNr, IActorRef Actor, int InstanceId);

    public sealed record Loaded(SelectedSnapshot? Snapshot, int InstanceId) : JournalProtocol.IReply;

    public sealed record LoadFailed(Exception Cause, int InstanceId) : JournalProtocol.IReply;

    public sealed record Save(SnapshotMetadata Metadata, object Snapshot, IActorRef Actor);

    public sealed record DeleteOne(SnapshotMetadata Metadata, IActorRef Actor);

    public sealed record DeleteMany(string PersistenceId, SnapshotSelectionCriteria Criteria, IActorRef Actor);
}
