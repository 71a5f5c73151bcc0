namespace Crucible.Simulation;

/// <summary>Many seeds on every core, until there are enough of them or their time is over.</summary>
public sealed class Campaign(TimeProvider time)
{
    private readonly Lock _lock = new();
    private long _next;
    private long _start;

    public MarkCounts Marks { get; } = new();

    public long Seeds { get; private set; }

    public long Events { get; private set; }

    public long Faults { get; private set; }

    public TimeSpan VirtualTime { get; private set; }

    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    /// <summary>The failing run with the lowest seed, or null.</summary>
    public RunOutcome? Failure { get; private set; }

    /// <summary>Runs seeds in order; stops early at a failure.</summary>
    /// <param name="first">The first seed.</param>
    /// <param name="seeds">How many at most.</param>
    /// <param name="limit">Nothing new begins after that.</param>
    /// <param name="progress">Called now and then, on any thread, one call at a time.</param>
    public void Run(
        ulong first, long seeds, TimeSpan limit, Action<Campaign>? progress, CancellationToken cancellationToken)
    {
        _start = time.GetTimestamp();
        var reported = TimeSpan.Zero;
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            while (Interlocked.Increment(ref _next) - 1 is var i && i < seeds && Failure is null
                && Elapsed < limit && !cancellationToken.IsCancellationRequested)
            {
                var outcome = SimulatedRun.Of(first + (ulong)i);
                lock (_lock)
                {
                    Take(outcome);
                    if (progress is null || Elapsed - reported < TimeSpan.FromSeconds(1))
                        continue;
                    reported = Elapsed;
                    progress(this);
                }
            }
        });
    }

    public override string ToString() =>
        $"{Seeds} seeds, {Events} events, {Faults} faults, {VirtualTime.TotalHours:0.0} virtual hours in "
        + $"{Elapsed.TotalSeconds:0.0} s: {Seeds / Math.Max(0.001, Elapsed.TotalSeconds):0} seeds/s, "
        + $"{Events / Math.Max(0.001, Elapsed.TotalSeconds):0} events/s";

    private void Take(RunOutcome outcome)
    {
        Seeds++;
        Events += outcome.Events;
        Faults += outcome.Faults;
        VirtualTime += outcome.VirtualTime;
        Marks.Add(outcome.Marks);
        if (outcome.Failure is not null && (Failure is null || outcome.Seed < Failure.Seed))
            Failure = outcome;
    }
}
