using System.Runtime.InteropServices;

namespace Akka.Actor;

/// <summary>User messages on their way to one actor: many put, one takes, first in first out.</summary>
/// <remarks>
/// <code>
///   putting, any thread              taking, the actor's turn
///   _first ─▶ ░░ ─▶ ░░ ◀─ _last      _taken ─▶ ░░ ─▶ ░░
/// </code>
/// Messages lie in segments. Putting holds a spin lock for as long as it takes to write two words. The turn takes the whole
/// chain at once and then needs no lock for each message. An actor that has had no message owns no segment; one that has
/// keeps an empty one for the next, so that a steady flow allocates nothing. A mutable struct, to spare every actor an object:
/// never copy it.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal struct EnvelopeQueue
{
    private const int FirstLength = 4;
    private const int LengthMax = 256;

    private Segment? _first;
    private Segment? _last;
    private Segment? _spare;
    private int _locked;

    private Segment? _taken;
    private int _next;

    /// <summary>Whether messages were put that have not been taken out of the chain. For any thread.</summary>
    public readonly bool HasArrived => Volatile.Read(in _first) is not null;

    /// <summary>Whether messages taken out of the chain still wait. On the actor's turn only.</summary>
    public readonly bool HasTaken => _taken is { } taken && (_next < taken.Count || taken.Next is not null);

    /// <summary>Puts a message at the end. Ends with a full fence: what is read afterwards is read after the message is in.</summary>
    public void Put(in Envelope envelope)
    {
        Segment? made = null;
        while (true)
        {
            Lock();
            var last = _last;
            if (last is null || last.Count == last.Items.Length)
            {
                if ((made ?? _spare) is not { } fresh)
                {
                    // Memory is asked for outside of the lock, which the whole system may be waiting for.
                    Interlocked.Exchange(ref _locked, 0);
                    made = new Segment(last is null ? FirstLength : Math.Min(last.Items.Length * 2, LengthMax));
                    continue;
                }
                if (ReferenceEquals(fresh, _spare))
                    _spare = null;
                if (last is null)
                    _first = fresh;
                else
                    last.Next = fresh;
                _last = last = fresh;
            }
            last.Items[last.Count++] = envelope;
            Interlocked.Exchange(ref _locked, 0);
            return;
        }
    }

    /// <summary>Takes the oldest message. On the actor's turn only.</summary>
    public bool TryTake(out Envelope envelope)
    {
        while (_taken is { } taken)
        {
            if (_next < taken.Count)
            {
                envelope = taken.Items[_next];
                taken.Items[_next++] = default;
                return true;
            }
            _next = 0;
            _taken = taken.Next;
            if (_taken is null)
                Refill(taken.Emptied());
        }
        if (HasArrived)
        {
            Refill(null);
            return TryTake(out envelope);
        }
        envelope = default;
        return false;
    }

    /// <summary>Takes the chain over, and leaves an empty segment for reuse.</summary>
    private void Refill(Segment? spare)
    {
        Lock();
        _taken = _first;
        _first = _last = null;
        // The larger one is the better one to keep: it is what the flow has needed.
        if (spare is not null && (_spare is null || _spare.Items.Length < spare.Items.Length))
            _spare = spare;
        Interlocked.Exchange(ref _locked, 0);
    }

    private void Lock()
    {
        if (Interlocked.CompareExchange(ref _locked, 1, 0) == 0)
            return;
        var wait = default(SpinWait);
        do
            wait.SpinOnce(sleep1Threshold: -1);
        while (Interlocked.CompareExchange(ref _locked, 1, 0) != 0);
    }

    private sealed class Segment(int length)
    {
        public readonly Envelope[] Items = new Envelope[length];
        public int Count;
        public Segment? Next;

        public Segment Emptied()
        {
            (Count, Next) = (0, null);
            return this;
        }
    }
}
