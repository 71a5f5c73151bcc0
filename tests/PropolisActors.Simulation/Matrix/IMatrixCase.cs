using PropolisActors.SystemSimulation.World;

namespace PropolisActors.Simulation.Matrix;

/// <summary>One case of the matrix.</summary>
internal interface IMatrixCase
{
    /// <summary>Plays it in a world of its own.</summary>
    /// <exception cref="Crucible.Simulation.SimulationFailure">A rule did not hold.</exception>
    SystemWorld Run(ulong seed, bool keepTrace, MatrixCounts counts);
}
