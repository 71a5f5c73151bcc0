namespace Akka.Deterministic;

/// <summary>Walks through all choice sequences, depth first: one run per sequence, each beginning like the one before.</summary>
/// <remarks>
/// The reduction is by sleep sets. When a moment's step <c>a</c> has been explored and now <c>b</c> is taken instead, then
/// <c>a</c> sleeps: running it later, before anything that clashes with it, would only swap the two. A step wakes when
/// something is run that clashes with it. A run in which everything ready sleeps is redundant.
/// </remarks>
internal sealed class ExploringChoices(bool reduced) : IChoices
{
    private readonly List<Moment> _path = [];
    private int _depth;
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
        _sleeping = [];
    }

    /// <summary>The step the sequence has here; at its end the first that is worth trying.</summary>
    /// <exception cref="RedundantScheduleException">Every step that is ready sleeps.</exception>
    public int Choose(IReadOnlyList<Step> ready)
    {
        if (_depth == _path.Count)
        {
            var moment = new Moment(ready, _sleeping);
            if (!moment.TakeNext())
                throw new RedundantScheduleException();
            _path.Add(moment);
        }
        return _path[_depth].IndexIn(ready);
    }

    public void Ran(Step step, Footprint touched)
    {
        var moment = _path[_depth++];
        moment.Touched = touched;
        if (!reduced)
            return;
        _sleeping = moment.Asleep.Where(asleep => !asleep.Value.ClashesWith(touched)).ToDictionary();
    }

    /// <summary>One point of a run: what was ready, what need not be tried, and what is being tried.</summary>
    private sealed class Moment(IReadOnlyList<Step> ready, Dictionary<long, Footprint> sleeping)
    {
        private readonly (long Number, string Text)[] _ready = [.. ready.Select(step => (step.Number, step.ToString()))];
        private readonly HashSet<long> _tried = [];
        private int _index = -1;

        /// <summary>What was asleep on arrival, and what has been tried since.</summary>
        public Dictionary<long, Footprint> Asleep { get; } = new(sleeping);

        public Footprint? Touched { get; set; }

        public bool TakeNext()
        {
            do
                _index++;
            while (_index < _ready.Length && (Asleep.ContainsKey(_ready[_index].Number) || _tried.Contains(_ready[_index].Number)));
            return _index < _ready.Length;
        }

        /// <summary>The step taken has been explored with all that can follow.</summary>
        public void Finish()
        {
            var number = _ready[_index].Number;
            _tried.Add(number);
            if (Touched is { } touched)
                Asleep[number] = touched;
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
