namespace Akka.Actor;

/// <summary>Messages put aside for later.</summary>
public interface IStash
{
    /// <summary>Number of stashed messages.</summary>
    int Count { get; }

    /// <summary>Whether nothing is stashed.</summary>
    bool IsEmpty { get; }

    /// <summary>Whether anything is stashed.</summary>
    bool NonEmpty { get; }

    /// <summary>Whether the capacity is used up.</summary>
    bool IsFull { get; }

    /// <summary>Most messages held, -1 for no limit.</summary>
    int Capacity { get; }

    /// <summary>Puts the current message aside.</summary>
    /// <exception cref="IllegalActorStateException">It has been put aside already.</exception>
    void Stash();

    /// <summary>Puts the oldest message before all that wait in the mailbox.</summary>
    void Unstash();

    /// <summary>Puts all messages before those that wait in the mailbox, in their order.</summary>
    void UnstashAll();

    /// <summary>As <see cref="UnstashAll()"/> for the messages that fit; drops the others.</summary>
    void UnstashAll(Func<Envelope, bool> predicate);

    /// <summary>Takes all messages out.</summary>
    IEnumerable<Envelope> ClearStash();

    /// <summary>Adds messages at the old end.</summary>
    void Prepend(IEnumerable<Envelope> envelopes);
}
