namespace PropolisActors.Simulation.Matrix;

/// <summary>Plays cases on every core. Each case's seed is its number, so a case is the same wherever it is played.</summary>
internal sealed class MatrixRun
{
    private const int TraceLines = 120;
    private const int FailuresShown = 5;

    private readonly Lock _lock = new();
    private readonly List<string> _failures = [];

    public MatrixCounts Counts { get; } = new();

    /// <summary>The first few failures, each with its trace.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>Plays them all.</summary>
    /// <param name="cases">The seed of each is its place in the list.</param>
    /// <param name="every">Only each so-manieth of them; 1 for all.</param>
    public void Play(IReadOnlyList<IMatrixCase> cases, int every)
    {
        var next = -1;
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            var counts = new MatrixCounts();
            while (Interlocked.Increment(ref next) * every is var i && i < cases.Count)
                Play(cases[i], (ulong)i, counts);
            lock (_lock)
                Counts.Add(counts);
        });
    }

    private void Play(IMatrixCase played, ulong seed, MatrixCounts counts)
    {
        try
        {
            played.Run(seed, keepTrace: false, counts);
            counts.Finished();
        }
        catch (Exception failure)
        {
            // The outermost edge of a case: whatever went wrong in it is what was looked for.
            counts.Failed(failure);
            Keep(played, seed, failure);
        }
    }

    private void Keep(IMatrixCase played, ulong seed, Exception failure)
    {
        lock (_lock)
        {
            if (_failures.Count >= FailuresShown)
                return;
            _failures.Add($"case {seed}, {played}: {failure}\n{TraceOf(played, seed)}");
        }
    }

    /// <summary>Plays it again for its trace.</summary>
    private static string TraceOf(IMatrixCase played, ulong seed)
    {
        var counts = new MatrixCounts();
        var end = "(it does not fail again)";
        try
        {
            played.Run(seed, keepTrace: true, counts);
        }
        catch (Exception again)
        {
            // It is known to fail.
            end = again.Message;
        }

        var lines = counts.World?.TraceText().Split('\n') ?? [];
        return string.Join('\n', lines.TakeLast(TraceLines).Append(end));
    }
}
