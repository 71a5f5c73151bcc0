using Crucible.Wire;

namespace Crucible.Core.Upstairs;

/// <summary>
/// Knows, for every block, the last blocking job (a write, a flush) and the non-blocking jobs (reads) since, and so
/// what a new job must wait for. A job stays known until it is retired, not merely answered: later jobs must name it
/// so that sending everything again stays ordered.
/// </summary>
/// <remarks>Kept as spans: sorted, disjoint, and none without a job. The rule is protocol section 12.3.</remarks>
public sealed class DependencyMap
{
    private readonly List<Span> _spans = [];
    private readonly List<JobId> _found = [];

    /// <summary>Spans held, for the tests that watch its growth.</summary>
    public int SpanCount => _spans.Count;

    /// <summary>Enters a job and tells what it depends on: ascending, no duplicates, no transitive ones.</summary>
    public JobId[] Add(JobId job, BlockIndex start, ulong blocks, bool blocking)
    {
        if (blocks == 0)
            return [];
        var end = start.Value + blocks;
        SplitAt(start.Value);
        SplitAt(end);
        var first = FirstEndingAfter(start.Value);
        _found.Clear();
        if (blocking)
            ReplaceSpans(job, first, start.Value, end);
        else
            JoinSpans(job, first, start.Value, end);
        return SortedFound();
    }

    /// <summary>Forgets these jobs.</summary>
    public void Retire(IReadOnlySet<JobId> jobs)
    {
        foreach (var span in _spans)
        {
            if (span.Blocking is { } blocking && jobs.Contains(blocking))
                span.Blocking = null;
            span.Readers?.RemoveAll(jobs.Contains);
        }

        _spans.RemoveAll(span => span.Blocking is null && span.Readers is not { Count: > 0 });
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => _spans.Clear();

    private void ReplaceSpans(JobId job, int first, ulong start, ulong end)
    {
        var past = first;
        for (; past < _spans.Count && _spans[past].End <= end; past++)
        {
            var span = _spans[past];
            if (span.Readers is { Count: > 0 })
                _found.AddRange(span.Readers);
            else if (span.Blocking is { } blocking)
                _found.Add(blocking);
        }

        _spans.RemoveRange(first, past - first);
        _spans.Insert(first, new Span { Start = start, End = end, Blocking = job });
    }

    private void JoinSpans(JobId job, int first, ulong start, ulong end)
    {
        var at = start;
        for (var i = first; at < end; i++)
        {
            var next = i < _spans.Count ? Math.Min(_spans[i].Start, end) : end;
            if (at < next)
            {
                _spans.Insert(i, new Span { Start = at, End = next, Readers = [job] });
                at = next;
                continue;
            }

            var span = _spans[i];
            if (span.Blocking is { } blocking)
                _found.Add(blocking);
            (span.Readers ??= []).Add(job);
            at = span.End;
        }
    }

    private void SplitAt(ulong point)
    {
        var i = FirstEndingAfter(point);
        if (i == _spans.Count || _spans[i].Start >= point)
            return;
        var left = _spans[i];
        _spans.Insert(i + 1, new Span
        {
            Start = point,
            End = left.End,
            Blocking = left.Blocking,
            Readers = left.Readers is { } readers ? [.. readers] : null,
        });
        left.End = point;
    }

    private int FirstEndingAfter(ulong point)
    {
        int low = 0, high = _spans.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_spans[middle].End > point)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }

    private JobId[] SortedFound()
    {
        if (_found.Count == 0)
            return [];
        _found.Sort();
        var kept = 1;
        for (var i = 1; i < _found.Count; i++)
        {
            if (_found[i] != _found[kept - 1])
                _found[kept++] = _found[i];
        }

        return [.. _found.Take(kept)];
    }

    private sealed class Span
    {
        public ulong Start { get; init; }

        /// <summary>Exclusive.</summary>
        public ulong End { get; set; }

        public JobId? Blocking { get; set; }

        public List<JobId>? Readers { get; set; }
    }
}
