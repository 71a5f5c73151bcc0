using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Commands that wait for the end of a recovery or of a write.</summary>
public abstract partial class Eventsourced
{
    private readonly LinkedList<Envelope> _aside = [];

    /// <summary>The command that was given back to the mailbox and has not come yet.</summary>
    private object? _released;

    /// <summary>Whether the message would be handled before commands that came earlier.</summary>
    private bool Overtakes(object message)
    {
        if (ReferenceEquals(message, _released))
        {
            _released = null;
            return false;
        }
        // The one released may have vanished on its way, as a Terminated does that was unwatched meanwhile.
        return _aside.Count > 0;
    }

    private void PutAside(object message)
    {
        var envelope = Cell.CurrentMessage;
        if (message is JournalProtocol.IReply)
            return;
        if (ReferenceEquals(message, _released))
        {
            _released = null;
            _aside.AddFirst(envelope);
            return;
        }
        _aside.AddLast(envelope);
        if (_phase == Phase.Processing)
        {
            _released = null;
            ReleaseNext();
        }
    }

    private void ReleaseNext()
    {
        if (_released is not null || _aside.First is not { } first)
            return;
        _aside.RemoveFirst();
        _released = first.Value.Message;
        GiveBack([first.Value]);
    }

    private void ReturnQueue()
    {
        Envelope[] all = [.. _aside];
        _aside.Clear();
        GiveBack(all);
    }

    private void GiveBack(Envelope[] envelopes)
    {
        foreach (var envelope in envelopes)
        {
            if (envelope.Message is Terminated terminated)
                Cell.ExpectTerminated(terminated.ActorRef);
        }
        Cell.Prepend(envelopes);
    }

    /// <summary>The stash users see. What is taken back goes to the front of the commands that wait.</summary>
    private sealed class UserStash(Eventsourced actor, IStash stash) : IStash
    {
        public int Count => stash.Count;

        public bool IsEmpty => stash.IsEmpty;

        public bool NonEmpty => stash.NonEmpty;

        public bool IsFull => stash.IsFull;

        public int Capacity => stash.Capacity;

        public void Stash() => stash.Stash();

        public void Unstash()
        {
            Envelope[] all = [.. stash.ClearStash()];
            if (all.Length == 0)
                return;
            stash.Prepend(all.AsSpan(1).ToArray());
            TakeBack([all[0]]);
        }

        public void UnstashAll() => UnstashAll(_ => true);

        public void UnstashAll(Func<Envelope, bool> predicate) => TakeBack([.. stash.ClearStash().Where(predicate)]);

        public IEnumerable<Envelope> ClearStash() => stash.ClearStash();

        public void Prepend(IEnumerable<Envelope> envelopes) => stash.Prepend(envelopes);

        private void TakeBack(Envelope[] envelopes)
        {
            for (var i = envelopes.Length - 1; i >= 0; i--)
                actor._aside.AddFirst(envelopes[i]);
        }
    }
}
