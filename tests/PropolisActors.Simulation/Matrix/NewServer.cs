namespace PropolisActors.Simulation.Matrix;

/// <summary>The replacement that is sent.</summary>
public enum NewServer
{
    Healthy,

    /// <summary>Nobody listens there.</summary>
    Offline,

    /// <summary>The VCR has a lower generation than the one in use: to be refused, in every phase alike.</summary>
    LowerGeneration,

    /// <summary>Its region has another number of extents.</summary>
    WrongGeometry,
}
