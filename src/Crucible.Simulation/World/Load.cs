namespace Crucible.Simulation.World;

/// <summary>How much a guest asks for. The limits of an upstairs are only met by much.</summary>
internal enum Load
{
    Normal,

    /// <summary>More small writes without a flush than are kept for replay.</summary>
    ManyJobs,

    /// <summary>More bytes without a flush than are kept for replay.</summary>
    ManyBytes,
}
