namespace PropolisActors.Simulation.Matrix;

/// <summary>The server that is to be replaced.</summary>
public enum OldServer
{
    Healthy,

    /// <summary>Connections are refused.</summary>
    Offline,

    /// <summary>Takes everything and answers nothing.</summary>
    BlackHoled,

    /// <summary>Another region answers at its address.</summary>
    WrongRegion,
}
