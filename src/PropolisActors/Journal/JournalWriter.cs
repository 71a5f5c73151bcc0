using Akka.Actor;

namespace PropolisActors.Journal;

/// <summary>
/// One actor's side of its journal: writes in order through a child that may fail without it, and makes a new child for the
/// next write after that. Used by its actor only, from its handlers.
/// </summary>
/// <typeparam name="TWrite">What the owner wants to remember of each write until it hears of it.</typeparam>
/// <param name="context">The owner's.</param>
/// <param name="persistenceId">The same after every start of the service; no other actor uses it.</param>
/// <param name="props">Makes the child.</param>
internal sealed class JournalWriter<TWrite>(IActorContext context, string persistenceId, JournalProps props)
{
    /// <summary>Writes not heard of yet; beyond it the owner is told at once that the write failed.</summary>
    public const int PendingMax = 1024;

    private readonly Queue<(ulong Number, TWrite What)> _pending = [];
    private IActorRef? _child;
    private ulong _attempt;
    private ulong _issued;

    /// <summary>Starts reading what was stored before; ends in <see cref="JournalProtocol.Replayed"/> or
    /// <see cref="JournalProtocol.Failed"/>.</summary>
    public void Open()
    {
        if (_child is not null)
            return;
        _attempt++;
        // A child that ends without a word has met a defect; its owner must hear of that too.
        _child = context.WatchWith(
            context.ActorOf(props(persistenceId, _attempt, context.Self), $"journal-{Name()}-{_attempt}"),
            new JournalProtocol.Failed(
                persistenceId, _attempt, $"the journal of {persistenceId} ended by a defect; the log has the details"));
    }

    /// <summary>Stores the event behind all earlier ones.</summary>
    /// <returns>False when too many writes wait already; nothing was done then.</returns>
    public bool TryWrite(JournalEvent @event, TWrite what)
    {
        if (_pending.Count >= PendingMax)
            return false;
        Open();
        _pending.Enqueue((++_issued, what));
        _child!.Tell(new JournalProtocol.Write(_issued, @event));
        return true;
    }

    /// <summary>The news is of this journal, and not of a child that was given up: that would be stale.</summary>
    public bool IsCurrent(JournalProtocol.News news) =>
        _child is not null && news.Journal == persistenceId && news.Attempt == _attempt;

    /// <summary>The write that is durable now.</summary>
    public TWrite Take(JournalProtocol.Written news)
    {
        var (number, what) = _pending.Dequeue();
        return number == news.Number ? what : throw new System.Diagnostics.UnreachableException($"{news} before {number}");
    }

    /// <summary>The writes that are not known to be stored, oldest first. The next one gets a new child.</summary>
    public IReadOnlyList<TWrite> Take(JournalProtocol.Failed news)
    {
        _ = news;
        List<TWrite> lost = [.. _pending.Select(write => write.What)];
        _pending.Clear();
        Close();
        return lost;
    }

    /// <summary>Nothing more is to be read or written.</summary>
    public void Close()
    {
        if (_child is { } child)
            context.Stop(context.Unwatch(child));
        _child = null;
    }

    /// <summary>Tells the children of one owner apart that has several journals.</summary>
    private string Name() => Uri.EscapeDataString(persistenceId);
}
