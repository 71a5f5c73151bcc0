namespace PropolisActors.SystemSimulation.World;

/// <summary>What a schedule may ask for.</summary>
internal enum SystemDeed
{
    // A VM's user.
    Reboot,
    StickMachine,
    Stop,
    GuestPowerOff,
    GuestReset,
    BreakMachine,

    // The service.
    CrashService,

    // One server of a disk.
    KillServer,
    LosePower,
    Silence,
    BeSlow,
    FailWork,
    LoseDisk,
    Expunge,

    // Any connection.
    CutConnection,
}
