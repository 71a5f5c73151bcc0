using System.Runtime.InteropServices;
using Crucible.Wire;

namespace Crucible.Core.Upstairs;

/// <summary>
/// Knows, for every block, the last blocking job (a write, a flush) and the non-blocking jobs (reads) since, and so
/// what a new job must wait for. A job stays known until it is retired, not merely answered: later jobs must name it
/// so that sending everything again stays ordered.
/// </summary>
/// <remarks>
/// Kept as spans: sorted, disjoint, and none without a job. The rule is protocol section 12.3. The spans lie in pages of
/// bounded length, so that one more among thousands moves only the few of its page. What is let go of is used again, so a
/// steady load allocates nothing here.
/// </remarks>
public sealed class DependencyMap
{
    private const int PageSpans = 128;

    private readonly List<Page> _pages = [];
    private readonly Stack<Page> _unusedPages = new();
    private readonly Stack<List<JobId>> _unusedReaders = new();
    private readonly List<JobId> _found = [];

    /// <summary>Spans held, for the tests that watch its growth.</summary>
    public int SpanCount
    {
        get
        {
            var count = 0;
            foreach (var page in _pages)
                count += page.Count;
            return count;
        }
    }

    /// <summary>Enters a job and tells what it depends on: ascending, no duplicates, no transitive ones.</summary>
    public JobId[] Add(JobId job, BlockIndex start, ulong blocks, bool blocking) => Add(job, start, blocks, blocking, pool: null);

    /// <inheritdoc cref="Add(JobId, BlockIndex, ulong, bool)"/>
    /// <param name="pool">Where the answer comes from; null makes a new one.</param>
    public JobId[] Add(JobId job, BlockIndex start, ulong blocks, bool blocking, MessagePool? pool)
    {
        if (blocks == 0)
            return [];
        var end = start.Value + blocks;
        SplitAt(start.Value);
        SplitAt(end);
        _found.Clear();
        if (blocking)
            ReplaceSpans(job, start.Value, end);
        else
            JoinSpans(job, start.Value, end);
        return SortedFound(pool);
    }

    /// <summary>Forgets these jobs.</summary>
    public void Retire(IReadOnlySet<JobId> jobs)
    {
        for (var p = _pages.Count - 1; p >= 0; p--)
        {
            var page = _pages[p];
            var kept = 0;
            for (var i = 0; i < page.Count; i++)
            {
                var span = page.Spans[i];
                if (span.Blocking is { } blocking && jobs.Contains(blocking))
                    span.Blocking = null;
                for (var r = (span.Readers?.Count ?? 0) - 1; r >= 0; r--)
                {
                    if (jobs.Contains(span.Readers![r]))
                        span.Readers.RemoveAt(r);
                }

                if (span.Blocking is not null || span.Readers is { Count: > 0 })
                    page.Spans[kept++] = span;
                else
                    LetGo(span.Readers);
            }

            Shorten(p, kept);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _pages.Clear();
        LetGoOfUnused();
    }

    /// <summary>Keeps no memory that is not in use.</summary>
    public void LetGoOfUnused()
    {
        _unusedPages.Clear();
        _unusedReaders.Clear();
        _found.Clear();
        _found.TrimExcess();
    }

    private void ReplaceSpans(JobId job, ulong start, ulong end)
    {
        var at = FirstEndingAfter(start);
        while (at.Page < _pages.Count && _pages[at.Page].Spans[at.Index].End <= end)
        {
            ref var span = ref _pages[at.Page].Spans[at.Index];
            if (span.Readers is { Count: > 0 } readers)
                _found.AddRange(readers);
            else if (span.Blocking is { } blocking)
                _found.Add(blocking);
            LetGo(span.Readers);
            at = RemoveAt(at);
        }

        Insert(at, new Span { Start = start, End = end, Blocking = job });
    }

    private void JoinSpans(JobId job, ulong start, ulong end)
    {
        var at = FirstEndingAfter(start);
        while (start < end)
        {
            var isSpan = at.Page < _pages.Count;
            var next = isSpan ? Math.Min(_pages[at.Page].Spans[at.Index].Start, end) : end;
            if (start < next)
            {
                at = Insert(at, new Span { Start = start, End = next, Readers = NewReaders([job]) });
                start = next;
            }
            else
            {
                ref var span = ref _pages[at.Page].Spans[at.Index];
                if (span.Blocking is { } blocking)
                    _found.Add(blocking);
                (span.Readers ??= NewReaders([])).Add(job);
                start = span.End;
            }

            at = Next(at);
        }
    }

    private void SplitAt(ulong point)
    {
        var at = FirstEndingAfter(point);
        if (at.Page == _pages.Count || _pages[at.Page].Spans[at.Index].Start >= point)
            return;
        ref var left = ref _pages[at.Page].Spans[at.Index];
        var right = left with { Start = point, Readers = left.Readers is null ? null : NewReaders(CollectionsMarshal.AsSpan(left.Readers)) };
        left.End = point;
        Insert(Next(at), right);
    }

    /// <summary>The first span that ends after a point; behind the last page if there is none.</summary>
    private Place FirstEndingAfter(ulong point)
    {
        int low = 0, high = _pages.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            var page = _pages[middle];
            if (page.Spans[page.Count - 1].End > point)
                high = middle;
            else
                low = middle + 1;
        }

        if (low == _pages.Count)
            return new Place(low, 0);
        var (spans, first, last) = (_pages[low].Spans, 0, _pages[low].Count - 1);
        while (first < last)
        {
            var middle = (first + last) / 2;
            if (spans[middle].End > point)
                last = middle;
            else
                first = middle + 1;
        }

        return new Place(low, first);
    }

    private Place Next(Place at) =>
        at.Index + 1 < _pages[at.Page].Count ? at with { Index = at.Index + 1 } : new Place(at.Page + 1, 0);

    /// <summary>Puts a span before the one at a place.</summary>
    /// <returns>Where it is.</returns>
    private Place Insert(Place at, Span span)
    {
        // Before the first of a page, or behind all, it goes to the end of the page before, if there is one.
        if (at.Index == 0 && at.Page > 0)
            at = new Place(at.Page - 1, _pages[at.Page - 1].Count);
        else if (at.Page == _pages.Count)
            _pages.Add(NewPage());
        if (_pages[at.Page].Count == PageSpans)
            at = Halve(at);
        var page = _pages[at.Page];
        Array.Copy(page.Spans, at.Index, page.Spans, at.Index + 1, page.Count - at.Index);
        page.Spans[at.Index] = span;
        page.Count++;
        return at;
    }

    /// <summary>Splits a full page in two.</summary>
    /// <returns>Where the place is now.</returns>
    private Place Halve(Place at)
    {
        var (page, second) = (_pages[at.Page], NewPage());
        const int Half = PageSpans / 2;
        Array.Copy(page.Spans, Half, second.Spans, 0, Half);
        Array.Clear(page.Spans, Half, Half);
        (page.Count, second.Count) = (Half, Half);
        _pages.Insert(at.Page + 1, second);
        return at.Index <= Half ? at : new Place(at.Page + 1, at.Index - Half);
    }

    /// <summary>Takes a span out.</summary>
    /// <returns>Where the span behind it is now.</returns>
    private Place RemoveAt(Place at)
    {
        var page = _pages[at.Page];
        Array.Copy(page.Spans, at.Index + 1, page.Spans, at.Index, page.Count - at.Index - 1);
        Shorten(at.Page, page.Count - 1);
        if (page.Count == 0)
            return new Place(at.Page, 0);
        return at.Index < page.Count ? at : new Place(at.Page + 1, 0);
    }

    private void Shorten(int at, int count)
    {
        var page = _pages[at];
        Array.Clear(page.Spans, count, page.Count - count);
        page.Count = count;
        if (count > 0)
            return;
        _pages.RemoveAt(at);
        _unusedPages.Push(page);
    }

    private Page NewPage() => _unusedPages.TryPop(out var page) ? page : new Page();

    private List<JobId> NewReaders(ReadOnlySpan<JobId> others)
    {
        var readers = _unusedReaders.TryPop(out var unused) ? unused : [];
        readers.AddRange(others);
        return readers;
    }

    private void LetGo(List<JobId>? readers)
    {
        if (readers is null)
            return;
        readers.Clear();
        _unusedReaders.Push(readers);
    }

    private JobId[] SortedFound(MessagePool? pool)
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

        var found = pool?.TakeList(kept) ?? new JobId[kept];
        _found.CopyTo(0, found, 0, kept);
        return found;
    }

    private record struct Place(int Page, int Index);

    private record struct Span
    {
        public ulong Start { get; init; }

        /// <summary>Exclusive.</summary>
        public ulong End { get; set; }

        public JobId? Blocking { get; set; }

        public List<JobId>? Readers { get; set; }
    }

    private sealed class Page
    {
        public Span[] Spans { get; } = new Span[PageSpans];

        /// <summary>At least one, while the page is in use.</summary>
        public int Count { get; set; }
    }
}
