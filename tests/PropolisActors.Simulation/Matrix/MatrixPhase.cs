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

    /// <summary>It leaves for another server; the request comes to the server it leaves.</summary>
    MigratingOut,

    /// <summary>It comes from another server; the request comes to the server it comes to.</summary>
    MigratingIn,
    Failed,
    Destroyed,
}
