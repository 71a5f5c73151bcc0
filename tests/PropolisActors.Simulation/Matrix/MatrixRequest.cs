namespace PropolisActors.Simulation.Matrix;

/// <summary>What may reach a VM at one moment.</summary>
public enum MatrixRequest
{
    Run,
    Stop,
    Reboot,
    Replace,

    /// <summary>The same VCR again.</summary>
    ReplaceAgain,
    Snapshot,
    Status,
    GuestPowerOff,
    GuestReset,

    /// <summary>Another server is told to take the VM over, and asks for it.</summary>
    Migrate,
}
