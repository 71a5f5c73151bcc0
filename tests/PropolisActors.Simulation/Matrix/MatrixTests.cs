using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace PropolisActors.Simulation.Matrix;

/// <summary>The proof that a replacement can be sent to a VM in any state: every phase, server and order, enumerated.</summary>
public sealed class MatrixTests(ITestOutputHelper output)
{
    private const int CasesMin = 50_000;

    /// <summary>PROPOLIS_MATRIX_EVERY plays only each so-manieth case, for who works on them.</summary>
    private static int Every =>
        int.TryParse(
            Environment.GetEnvironmentVariable("PROPOLIS_MATRIX_EVERY"), NumberStyles.None, CultureInfo.InvariantCulture,
            out var every) ? Math.Max(1, every) : 1;

    [Fact]
    public void Replacement_is_taken_and_everyone_answered_in_every_phase_and_order()
    {
        var begun = Stopwatch.GetTimestamp();
        var run = new MatrixRun();
        IMatrixCase[] cases = [.. ReplacementCase.All(), .. OrderCase.All()];
        run.Play(cases, Every);

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
        Assert.True(cases.Length >= CasesMin, $"there are only {cases.Length} cases");
    }
}
