using System.Globalization;

namespace PropolisActors.SystemSimulation;

/// <summary>Many seeds of the whole system on every core, until there are enough of them or their time is over.</summary>
public sealed class SystemCampaign(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SystemMark, long> _marks = [];
    private long _next;
    private long _start;

    public long Seeds { get; private set; }

    public long Steps { get; private set; }

    public TimeSpan VirtualTime { get; private set; }

    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    /// <summary>The failing run with the lowest seed, or null.</summary>
    public SystemOutcome? Failure { get; private set; }

    /// <summary>Marks that were never reached, in order.</summary>
    public IReadOnlyList<SystemMark> Missing =>
        [.. Enum.GetValues<SystemMark>().Where(mark => _marks.GetValueOrDefault(mark) == 0)];

    /// <summary>A line for each mark: how often it was reached.</summary>
    public string MarksText => string.Join('\n', Enum.GetValues<SystemMark>().Select(mark =>
        string.Create(CultureInfo.InvariantCulture, $"{mark,-30} {_marks.GetValueOrDefault(mark),12}")));

    /// <summary>Runs seeds in order; stops early at a failure.</summary>
    /// <param name="first">The first seed.</param>
    /// <param name="seeds">How many at most.</param>
    /// <param name="limit">Nothing new begins after that.</param>
    public void Run(ulong first, long seeds, TimeSpan limit, CancellationToken cancellationToken)
    {
        _start = time.GetTimestamp();
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            while (Interlocked.Increment(ref _next) - 1 is var i && i < seeds && Failure is null
                && Elapsed < limit && !cancellationToken.IsCancellationRequested)
            {
                var outcome = SystemRun.Of(first + (ulong)i);
                lock (_lock)
                    Take(outcome);
            }
        });
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Seeds} seeds, {Steps} steps, {VirtualTime.TotalHours:0.0} virtual hours in {Elapsed.TotalSeconds:0.0} s");

    private void Take(SystemOutcome outcome)
    {
        Seeds++;
        Steps += outcome.Steps;
        VirtualTime += outcome.VirtualTime;
        foreach (var (mark, count) in outcome.Marks)
            _marks[mark] = _marks.GetValueOrDefault(mark) + count;
        if (outcome.Failure is not null && (Failure is null || outcome.Seed < Failure.Seed))
            Failure = outcome;
    }
}
