using Akka.Actor;

namespace Akka.Persistence;

/// <summary>An event with what a journal stores beside it. Immutable.</summary>
public interface IPersistentRepresentation
{
    /// <summary>The event.</summary>
    object Payload { get; }

    /// <summary>What an event adapter said the event is; may be empty.</summary>
    string Manifest { get; }

    /// <summary>The actor whose event it is.</summary>
    string PersistenceId { get; }

    /// <summary>Its place among the actor's events, from 1.</summary>
    long SequenceNr { get; }

    /// <summary>When it was stored, in the journal's own unit; 0 when not known.</summary>
    long Timestamp { get; }

    /// <summary>Identity of the incarnation that persisted it.</summary>
    string WriterGuid { get; }

    /// <summary>Whether it counts as deleted.</summary>
    bool IsDeleted { get; }

    /// <summary>Whose command it is part of. Not stored.</summary>
    IActorRef Sender { get; }

    /// <summary>The same with another time.</summary>
    IPersistentRepresentation WithTimestamp(long timestamp);

    /// <summary>The same with another event.</summary>
    IPersistentRepresentation WithPayload(object payload);

    /// <summary>The same with another manifest.</summary>
    IPersistentRepresentation WithManifest(string manifest);

    /// <summary>The same event with other facts about it.</summary>
    IPersistentRepresentation Update(
        long sequenceNr, string persistenceId, bool isDeleted, IActorRef sender, string writerGuid);
}
