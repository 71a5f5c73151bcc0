using System.Globalization;
using System.Text;
using Crucible.Simulation;

namespace PropolisActors.SystemSimulation;

/// <summary>What a person needs to go after a failure: the shortest run that shows it, and all that happens in it.</summary>
public static class SystemFailureReport
{
    private const int LinesShown = 300;

    public static string Of(ulong seed)
    {
        var whole = SystemRun.Of(seed);
        var keep = Shrinker.Shrink(whole.Schedule.Count, whole.Rule, kept => SystemRun.Of(seed, keepTrace: false, kept).Rule);
        var shown = SystemRun.Of(seed, keepTrace: true, keep);
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"System seed {seed} fails: {(shown.Failure is SimulationFailure known ? known.Message : shown.Failure?.ToString())}\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"Of {keep.Length} lines of its schedule these {keep.Count(k => k)} are enough:\n");
        for (var i = 0; i < keep.Length; i++)
        {
            if (keep[i])
                text.Append(whole.Schedule[i]).Append('\n');
        }

        var lines = shown.Trace.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        text.Append(CultureInfo.InvariantCulture, $"What happens at the end of {lines.Length} lines:\n");
        foreach (var line in lines.TakeLast(LinesShown))
            text.Append(line).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"Again: propolis simulate --world system --seed {seed}\n");
        return text.ToString();
    }
}
