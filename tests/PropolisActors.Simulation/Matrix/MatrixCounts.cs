using Crucible.Simulation;
using PropolisActors.SystemSimulation.World;

namespace PropolisActors.Simulation.Matrix;

/// <summary>What the cases of one thread came to.</summary>
internal sealed class MatrixCounts
{
    /// <summary>There is no VM any more.</summary>
    private static readonly int[] Ended = [410, 424];

    private readonly SortedDictionary<MatrixPhase, int> _phases = [];

    public int Cases { get; private set; }

    /// <summary>Replacements refused for what the VM was doing.</summary>
    public int RefusedForThePhase { get; private set; }

    public int Unanswered { get; private set; }

    /// <summary>VMs that did not come to the state they must.</summary>
    public int Stuck { get; private set; }

    public int OtherFailures { get; private set; }

    public long Steps { get; private set; }

    public IReadOnlyDictionary<MatrixPhase, int> Phases => _phases;

    /// <summary>The world of the case that is played.</summary>
    public SystemWorld? World { get; private set; }

    public void Began(SystemWorld world)
    {
        World = world;
        Cases++;
    }

    public void Finished() => Steps += World?.System.StepsRun ?? 0;

    public void Count(MatrixPhase phase) => _phases[phase] = _phases.GetValueOrDefault(phase) + 1;

    /// <summary>Holds the answer of a replacement against what may be.</summary>
    /// <param name="reply">The answer.</param>
    /// <param name="hasEnded">The VM had ended when it came.</param>
    /// <param name="isExpected">It is what a VM that lives is to answer, in every phase alike.</param>
    public void ReplacementAnswered(Reply reply, bool hasEnded, bool isExpected)
    {
        if (isExpected || (hasEnded && Ended.Contains(reply.Status)))
            return;
        RefusedForThePhase++;
        throw new SimulationFailure("R1", $"{reply}, and the VM has {(hasEnded ? "" : "not ")}ended");
    }

    public void CheckAllAnswered(SimulatedVm vm)
    {
        if (vm.Asked.FirstOrDefault(reply => !reply.IsAnswered) is { } open)
            throw new SimulationFailure("L4", $"{open}");
    }

    public void Failed(Exception failure)
    {
        switch (failure)
        {
            case SimulationFailure { Rule: "R1" }:
                break;
            case SimulationFailure { Rule: "L4" }:
                Unanswered++;
                break;
            case SimulationFailure { Rule: "L1" or "L2" }:
                Stuck++;
                break;
            default:
                OtherFailures++;
                break;
        }
    }

    public void Add(MatrixCounts other)
    {
        Cases += other.Cases;
        RefusedForThePhase += other.RefusedForThePhase;
        Unanswered += other.Unanswered;
        Stuck += other.Stuck;
        OtherFailures += other.OtherFailures;
        Steps += other.Steps;
        foreach (var (phase, count) in other.Phases)
            _phases[phase] = _phases.GetValueOrDefault(phase) + count;
    }

    public override string ToString() =>
        $"matrix: {Cases} cases, {RefusedForThePhase} refused for the phase, {Unanswered} unanswered, {Stuck} stuck";
}
