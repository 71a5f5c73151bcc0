namespace Akka.Actor;

/// <summary>The stash of one incarnation.</summary>
internal sealed class StashImpl(ActorCell cell) : IStash
{
    private readonly LinkedList<Envelope> _stashed = [];
    private long _lastStashed = -1;

    public int Count => _stashed.Count;

    public bool IsEmpty => _stashed.Count == 0;

    public bool NonEmpty => _stashed.Count > 0;

    public bool IsFull => false;

    public int Capacity => -1;

    public void Stash()
    {
        var current = cell.CurrentMessage;
        if (current.Message is null)
            throw new IllegalActorStateException("There is no message to stash.");
        if (_lastStashed == cell.MessageNumber)
            throw new IllegalActorStateException($"Can't stash the same message {current.Message} more than once");
        _lastStashed = cell.MessageNumber;
        _stashed.AddLast(current);
    }

    public void Unstash()
    {
        if (_stashed.First is not { } oldest)
            return;
        _stashed.RemoveFirst();
        Return([oldest.Value]);
    }

    public void UnstashAll() => UnstashAll(_ => true);

    public void UnstashAll(Func<Envelope, bool> predicate)
    {
        var all = _stashed.Where(predicate).ToArray();
        _stashed.Clear();
        Return(all);
    }

    public IEnumerable<Envelope> ClearStash()
    {
        var all = _stashed.ToArray();
        _stashed.Clear();
        return all;
    }

    public void Prepend(IEnumerable<Envelope> envelopes)
    {
        foreach (var envelope in envelopes.Reverse())
            _stashed.AddFirst(envelope);
    }

    private void Return(Envelope[] envelopes)
    {
        foreach (var envelope in envelopes)
        {
            if (envelope.Message is Terminated terminated)
                cell.ExpectTerminated(terminated.ActorRef);
        }
        cell.Prepend(envelopes);
    }
}
