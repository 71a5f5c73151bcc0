using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace PropolisActors.Simulation.Matrix;

/// <summary>The proof that a replacement can be sent to a VM in any state: every phase, server and order, enumerated.</summary>
public sealed class MatrixTests(ITestOutputHelper output)
{
    [Fact]
    public void Replacement_is_taken_and_everyone_answered_in_every_phase_and_order()
    {
        var begun = Stopwatch.GetTimestamp();
        var run = new MatrixRun();
        run.Play([.. ReplacementCase.All(), .. OrderCase.All()]);

        Console.WriteLine(run.Counts);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Counts} ({run.Counts.Steps} steps in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s)"));
        foreach (var (phase, count) in run.Counts.Phases)
            output.WriteLine($"{phase}: {count}");
        Assert.True(
            run.Failures.Count == 0,
            $"{run.Counts}, {run.Counts.OtherFailures} other failures\n{string.Join("\n\n", run.Failures)}");
        Assert.Equal(Enum.GetValues<MatrixPhase>(), run.Counts.Phases.Keys);
    }
}
