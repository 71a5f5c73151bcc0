using Akka.Actor;
using PropolisActors.Journal;

namespace PropolisActors.SystemSimulation.World;

/// <summary>
/// What services have stored, which outlives them. A write takes its time; a service that crashes meanwhile does not hear of
/// it, and it may be stored or not.
/// </summary>
internal sealed class MemoryJournal(SystemWorld world, TimeSpan delayMax, bool throughCodec)
{
    private readonly Dictionary<string, List<JournalEvent>> _events = new(StringComparer.Ordinal);

    /// <summary>Called when an event is durable, before its owner hears of it.</summary>
    public Action<string, JournalEvent>? Stored { get; set; }

    /// <summary>The recipe for the writers of one service.</summary>
    /// <param name="isAlive">Whether that service has not crashed.</param>
    public JournalProps PropsFor(Func<bool> isAlive) => (persistenceId, attempt, owner) =>
        Props.Create(() => new Writer(this, isAlive, persistenceId, attempt, owner));

    private List<JournalEvent> Of(string persistenceId)
    {
        if (!_events.TryGetValue(persistenceId, out var events))
            _events.Add(persistenceId, events = []);
        return events;
    }

    private void Store(string persistenceId, JournalEvent @event)
    {
        var codec = JournalCodec.Default;
        var stored = throughCodec ? codec.Read(codec.ManifestOf(@event), codec.Write(@event)) : @event;
        var events = Of(persistenceId);
        if (stored.ReplacesEarlier)
            events.Clear();
        events.Add(stored);
        Stored?.Invoke(persistenceId, stored);
    }

    private sealed class Writer : ReceiveActor
    {
        private readonly MemoryJournal _journal;
        private readonly Func<bool> _isAlive;
        private readonly string _persistenceId;
        private readonly ulong _attempt;
        private readonly IActorRef _owner;
        private readonly Queue<JournalProtocol.Write> _underWay = new();
        private bool _lost;

        public Writer(
            MemoryJournal journal, Func<bool> isAlive, string persistenceId, ulong attempt, IActorRef owner)
        {
            (_journal, _isAlive, _persistenceId, _attempt, _owner) = (journal, isAlive, persistenceId, attempt, owner);
            Receive<JournalProtocol.Write>(OnWrite);
            owner.Tell(new JournalProtocol.Replayed(persistenceId, attempt, [.. journal.Of(persistenceId)]));
        }

        private void OnWrite(JournalProtocol.Write write)
        {
            _underWay.Enqueue(write);
            if (_journal.World.Random.Between(TimeSpan.Zero, _journal.DelayMax) is { Ticks: > 0 } delay)
                _journal.World.Clock.After(delay, Finish);
            else
                _journal.World.Soon("journal", Finish);
        }

        /// <summary>One write is done: the oldest, whichever this was armed for.</summary>
        private void Finish()
        {
            var write = _underWay.Dequeue();
            _lost |= !_isAlive() && _journal.World.Random.Chance(0.5);
            if (_lost)
                return;
            _journal.Store(_persistenceId, write.Event);
            if (_isAlive())
                _owner.Tell(new JournalProtocol.Written(_persistenceId, _attempt, write.Number));
        }
    }

    private SystemWorld World => world;

    private TimeSpan DelayMax => delayMax;
}
