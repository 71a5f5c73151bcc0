using Akka.Actor;
using Akka.Event;

namespace Akka.Persistence;

/// <summary>What a persistent actor asks of its journal, and the answers.</summary>
internal static class JournalProtocol
{
    /// <summary>An answer to one incarnation; any other one ignores it.</summary>
    public interface IReply : IDeadLetterSuppression, INoSerializationVerificationNeeded
    {
        int InstanceId { get; }
    }

    /// <summary>Stores the atomic writes and passes the deferred messages, in order.</summary>
    /// <remarks>Answered by <see cref="WritesEnded"/> and then, for each event and deferred message in order, by
    /// <see cref="Written"/>, <see cref="Rejected"/>, <see cref="WriteFailed"/> or <see cref="Looped"/>. One is under
    /// way at a time for an actor.</remarks>
    public sealed record Write(IReadOnlyList<IPersistentEnvelope> Messages, IActorRef Actor, int InstanceId);

    public sealed record WritesEnded(bool Stored, int InstanceId) : IReply;

    public sealed record Written(IPersistentRepresentation Event, int InstanceId) : IReply;

    public sealed record Rejected(IPersistentRepresentation Event, Exception Cause, int InstanceId) : IReply;

    public sealed record WriteFailed(IPersistentRepresentation Event, Exception Cause, int InstanceId) : IReply;

    public sealed record Looped(object Message, int InstanceId) : IReply;

    /// <summary>Replays events of an actor, at most <paramref name="Max"/>.</summary>
    /// <remarks>Answered by a <see cref="Replayed"/> for each event and then <see cref="ReplayEnded"/>, or by
    /// <see cref="ReplayFailed"/> at any point.</remarks>
    public sealed record Replay(
        string PersistenceId, long FromSequenceNr, long ToSequenceNr, long Max, IActorRef Actor, int InstanceId);

    public sealed record Replayed(IPersistentRepresentation Event, int InstanceId) : IReply;

    /// <summary>Events read from storage, before adapters; and the highest number ever used.</summary>
    public sealed record ReplayEnded(long Count, long LastSequenceNr, long HighestSequenceNr, int InstanceId) : IReply;

    public sealed record ReplayFailed(Exception Cause, int InstanceId) : IReply;

    /// <summary>Answered by <see cref="DeleteMessagesSuccess"/> or <see cref="DeleteMessagesFailure"/>.</summary>
    public sealed record Delete(string PersistenceId, long ToSequenceNr, IActorRef Actor);
}
