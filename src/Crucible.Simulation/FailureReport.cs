using System.Text;

namespace Crucible.Simulation;

/// <summary>
/// What a person needs to go after a failure: the shortest run that shows it, and all that happens in it.
/// </summary>
public static class FailureReport
{
    private const int LinesShown = 300;

    public static string Of(ulong seed, StoreDefect defect = StoreDefect.None)
    {
        var keep = Shrinker.Shrink(seed, defect);
        var shown = SimulatedRun.Of(seed, new RunOptions(KeepTrace: true, defect, keep));
        var text = new StringBuilder();
        text.Append($"Seed {seed} fails: ");
        text.Append(shown.Failure is SimulationFailure known ? known.Message : shown.Failure?.ToString()).Append('\n');
        text.Append($"Of {keep.Length} lines of its schedule these {keep.Count(k => k)} are enough:\n");
        var schedule = SimulatedRun.ScheduleOf(seed);
        for (var i = 0; i < keep.Length; i++)
        {
            if (keep[i])
                text.Append(schedule[i]).Append('\n');
        }

        var lines = shown.Trace.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        text.Append($"What happens ({lines.Length} lines):\n");
        foreach (var line in lines.Take(LinesShown))
            text.Append(line).Append('\n');
        if (lines.Length > 2 * LinesShown)
            text.Append($"… {lines.Length - (2 * LinesShown)} lines …\n");
        foreach (var line in lines.Skip(Math.Max(LinesShown, lines.Length - LinesShown)))
            text.Append(line).Append('\n');
        text.Append($"Again: propolis simulate --seed {seed}\n");
        return text.ToString();
    }
}
