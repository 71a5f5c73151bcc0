namespace PropolisActors.Simulation.Matrix;

/// <summary>What the VM is doing when a request reaches it.</summary>
public enum MatrixPhase
{
    Created,
    Starting,
    Running,
    Rebooting,

    /// <summary>Its stop was taken; the machine has not paused yet.</summary>
    Pausing,

    /// <summary>The machine is gone; the disks let go.</summary>
    Stopping,
    Failed,
    Destroyed,
}
