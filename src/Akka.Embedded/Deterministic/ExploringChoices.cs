namespace Akka.Deterministic;

/// <summary>Walks through choice sequences, depth first: one run per sequence, each beginning like the one before.</summary>
/// <remarks>
/// Without reduction all sequences are walked. With it, two rules leave out those that only swap steps which have nothing to
/// do with each other (<see cref="Footprint"/>); this is dynamic partial-order reduction with source sets and sleep sets.
/// <list type="bullet">
/// <item>Only races are reversed. A run is looked through for pairs of steps that clash and of which neither brought about
/// the other; for such a pair the later one is also tried at the moment of the earlier.</item>
/// <item>A step that has been tried at a moment sleeps while another is tried there, until something clashes with it. A run
/// in which all that is ready sleeps is redundant.</item>
/// </list>
/// </remarks>
internal sealed class ExploringChoices(bool reduced) : IChoices
{
    private readonly List<Moment> _path = [];
    private int _depth;
    private bool _stopped;
    private Dictionary<long, Footprint> _sleeping = [];

    /// <summary>Goes to the next sequence. False when there is none.</summary>
    public bool Next()
    {
        while (_path.Count > 0)
        {
            var last = _path[^1];
            last.Finish();
            if (last.TakeNext())
                return true;
            _path.RemoveAt(_path.Count - 1);
        }
        return false;
    }

    /// <summary>A new run begins.</summary>
    public void Restart()
    {
        _depth = 0;
        _stopped = false;
        _sleeping = [];
    }

    public void Stop() => _stopped = true;

    /// <summary>The step the sequence has here; at its end the first that is worth trying.</summary>
    /// <exception cref="RedundantScheduleException">Every step that is ready sleeps.</exception>
    public int Choose(IReadOnlyList<Step> ready)
    {
        if (_depth == _path.Count)
        {
            var moment = new Moment(ready, _sleeping, isOpen: !_stopped);
            if (!moment.TakeFirst(others: !reduced))
                throw new RedundantScheduleException();
            _path.Add(moment);
        }
        return _path[_depth].IndexIn(ready);
    }

    public void Ran(Step step, Footprint touched)
    {
        var moment = _path[_depth];
        // Moments before the one that is new in this run have been looked at in an earlier run.
        if (moment.Touched is null)
        {
            moment.Ran(step, touched);
            if (reduced)
            {
                ReverseRaces(_depth);
                _sleeping = moment.Asleep.Where(asleep => !asleep.Value.ClashesWith(touched)).ToDictionary();
            }
        }
        _depth++;
    }

    /// <summary>Finds what must come before the last step, and has the order of those that need not be tried the other way.</summary>
    private void ReverseRaces(int last)
    {
        var late = _path[last];
        // Until proven otherwise, no step comes before this one; going back, each found brings all that comes before it.
        for (var early = last - 1; early >= 0; early--)
        {
            if (late.Before.Contains(early))
                continue;
            var moment = _path[early];
            var isCause = moment.Number == late.Step!.Cause || (late.Step.Actor != 0 && late.Step.Actor == moment.Step!.Actor);
            if (!isCause && !moment.Touched!.ClashesWith(late.Touched!))
                continue;
            if (!isCause)
                Reverse(early, last);
            late.Before.Add(early);
            late.Before.UnionWith(moment.Before);
        }
    }

    /// <summary>Has a step that leads to the late one without the early one be tried at the moment of the early one.</summary>
    private void Reverse(int early, int late)
    {
        var moment = _path[early];
        var without = Enumerable.Range(early + 1, late - early - 1)
            .Where(between => !_path[between].Before.Contains(early)).Append(late).ToArray();
        var first = without
            .Where(step => !without.Any(other => other < step && _path[step].Before.Contains(other)))
            .Select(step => _path[step].Number);
        moment.TryOneOf([.. first]);
    }

    /// <summary>One point of a run: what was ready, what is to be tried, and what is being tried.</summary>
    /// <param name="ready">What could run.</param>
    /// <param name="sleeping">What need not, because it was tried before.</param>
    /// <param name="isOpen">Whether more than the first is worth trying at all.</param>
    private sealed class Moment(IReadOnlyList<Step> ready, Dictionary<long, Footprint> sleeping, bool isOpen)
    {
        private readonly (long Number, string Text)[] _ready = [.. ready.Select(step => (step.Number, step.ToString()))];
        private readonly HashSet<long> _toTry = [];
        private readonly HashSet<long> _tried = [];
        private int _index;

        /// <summary>What was asleep on arrival, and what has been tried since.</summary>
        public Dictionary<long, Footprint> Asleep { get; } = new(sleeping);

        /// <summary>Number of the step being tried.</summary>
        public long Number => _ready[_index].Number;

        /// <summary>The step being tried, once it has run.</summary>
        public Step? Step { get; private set; }

        public Footprint? Touched { get; private set; }

        /// <summary>Depths of all steps that had to come before the one being tried.</summary>
        public HashSet<int> Before { get; } = [];

        public bool TakeFirst(bool others)
        {
            _toTry.UnionWith(_ready.Select(step => step.Number).Where(number => !Asleep.ContainsKey(number))
                .Take(others ? int.MaxValue : 1));
            return TakeNext();
        }

        public bool TakeNext()
        {
            _index = Array.FindIndex(_ready, step => _toTry.Contains(step.Number) && !_tried.Contains(step.Number)
                && !Asleep.ContainsKey(step.Number));
            Before.Clear();
            return _index >= 0 && (isOpen || _tried.Count == 0);
        }

        /// <summary>Has one of these be tried, unless one has been or will be. Those not ready here cannot be.</summary>
        public void TryOneOf(long[] numbers)
        {
            var possible = Array.FindAll(numbers, number => Array.Exists(_ready, step => step.Number == number));
            if (possible.Length > 0 && !Array.Exists(possible, number => _toTry.Contains(number) || Asleep.ContainsKey(number)))
                _toTry.Add(possible[^1]);
        }

        public void Ran(Step step, Footprint touched) => (Step, Touched) = (step, touched);

        /// <summary>The step taken has been explored with all that can follow.</summary>
        public void Finish()
        {
            _tried.Add(Number);
            if (Touched is { } touched)
                Asleep[Number] = touched;
            Touched = null;
        }

        /// <summary>Where the step taken is now; the run has to be as it was.</summary>
        public int IndexIn(IReadOnlyList<Step> now)
        {
            if (now.Count != _ready.Length || now[_index].Number != _ready[_index].Number
                || now[_index].ToString() != _ready[_index].Text)
            {
                throw new InvalidOperationException(
                    $"The scenario is not deterministic: {_ready[_index].Text} was ready before, and now there are " +
                    $"[{string.Join(", ", now)}].");
            }
            return _index;
        }
    }
}
