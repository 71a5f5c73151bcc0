using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Events of one actor that are stored together or not at all.</summary>
public sealed class AtomicWrite : IPersistentEnvelope
{
    private readonly IImmutableList<IPersistentRepresentation> _events;

    /// <summary>One event.</summary>
    public AtomicWrite(IPersistentRepresentation @event)
        : this(ImmutableArray.Create(@event))
    {
    }

    /// <summary>Events in order, at least one, all of the same actor.</summary>
    /// <exception cref="ArgumentException">There are none, or they are of several actors.</exception>
    public AtomicWrite(IImmutableList<IPersistentRepresentation> payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        if (payload.Count == 0)
            throw new ArgumentException("An atomic write has at least one event.", nameof(payload));
        _events = payload;
        PersistenceId = payload[0].PersistenceId;
        foreach (var representation in payload)
        {
            if (representation.PersistenceId != PersistenceId)
                throw new ArgumentException("An atomic write has events of one actor only.", nameof(payload));
        }
    }

    /// <summary>The events, an immutable list of <see cref="IPersistentRepresentation"/>.</summary>
    public object Payload => _events;

    /// <inheritdoc/>
    public IActorRef Sender => _events[0].Sender;

    /// <inheritdoc/>
    public int Size => _events.Count;

    /// <summary>The actor.</summary>
    public string PersistenceId { get; }

    /// <summary>Number of the first event.</summary>
    public long LowestSequenceNr => _events[0].SequenceNr;

    /// <summary>Number of the last event.</summary>
    public long HighestSequenceNr => _events[^1].SequenceNr;
}
