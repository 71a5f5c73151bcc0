namespace Crucible.Simulation.World;

/// <summary>
/// What can be asked of the world or done to it. One that makes no sense when its time comes does nothing.
/// </summary>
internal enum Deed
{
    Read,
    Write,
    WriteUnwritten,
    Flush,
    Snapshot,

    /// <summary>Many writes at once, and no flush.</summary>
    Burst,
    Deactivate,
    ForceDeactivate,
    AbandonActivation,
    CrashUpstairs,

    /// <summary>
    /// Another upstairs of the same volume starts with a higher generation, while the old one goes on.
    /// </summary>
    TakeOver,
    Replace,
    KillServer,
    CutPower,
    LoseDisk,
    FailWork,
    FailSync,
    BeSlow,
    SilencePath,
    SilenceServer,
    CutConnection,

    /// <summary>A machine loses power, and with it one server of each volume.</summary>
    CutMachine,

    /// <summary>Every server loses power, and perhaps every upstairs.</summary>
    CutAllPower,
}
