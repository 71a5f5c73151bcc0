using Propolis.Core.Spec;

namespace Propolis.Core.Lifecycle;

/// <summary>Anything that can happen to a VM.</summary>
public abstract record VmInput
{
    /// <summary>A sound request to create the VM was taken. Only the first thing that happens.</summary>
    /// <param name="Disks">Backend keys of its network volumes.</param>
    public sealed record Ensured(ValueList<SpecKey> Disks) : VmInput;

    /// <summary>Its parts exist. Answers <see cref="Ensured"/>; whoever builds sets a limit on the time.</summary>
    public sealed record Built : VmInput;

    /// <summary>Its parts cannot be made. The other answer to <see cref="Ensured"/>.</summary>
    public sealed record BuildFailed(string Reason) : VmInput;

    public sealed record RunRequested(RequestId Request) : VmInput;

    public sealed record StopRequested(RequestId Request) : VmInput;

    public sealed record RebootRequested(RequestId Request) : VmInput;

    /// <summary>A volume serves reads and writes. May be repeated.</summary>
    public sealed record VolumeActive(SpecKey Disk) : VmInput;

    /// <summary>A volume gave up for good: overtaken, wrong key, generation too low. Not for what may heal.</summary>
    /// <remarks>A volume that failed says so again whenever it is demanded again.</remarks>
    public sealed record VolumeFailed(SpecKey Disk, string Reason) : VmInput;

    /// <summary>A volume holds no connection and no data of the guest. May be repeated.</summary>
    /// <remarks>Every volume says so once it is no longer demanded, also one that never was active.</remarks>
    /// <param name="Disk">The backend key.</param>
    /// <param name="Flushed">False when something the guest wrote may not have reached the servers.</param>
    public sealed record VolumeInactive(SpecKey Disk, bool Flushed = true) : VmInput;

    /// <summary>The guest's processors run. Answers <see cref="VmEffect.StartMachine"/>, before anything the guest
    /// does is reported.</summary>
    public sealed record MachineStarted(Attempt Attempt) : VmInput;

    /// <summary>The guest runs from its beginning. Answers <see cref="VmEffect.ResetMachine"/>, before anything the
    /// guest does from then on is reported.</summary>
    public sealed record MachineReset(Attempt Attempt) : VmInput;

    /// <summary>The guest does no more I/O, and what it wrote has reached its volumes. Answers
    /// <see cref="VmEffect.HaltMachine"/>.</summary>
    public sealed record MachineHalted(Attempt Attempt) : VmInput;

    /// <summary>The machine is dead, asked or not.</summary>
    /// <param name="Attempt">The attempt of the latest effect the machine was given.</param>
    /// <param name="Reason">For people.</param>
    public sealed record MachineFailed(Attempt Attempt, string Reason) : VmInput;

    /// <summary>The guest stands still and none of its disk operations is in flight.</summary>
    public sealed record MachinePaused(Attempt Attempt) : VmInput;

    /// <summary>The guest runs on where it was.</summary>
    public sealed record MachineResumed(Attempt Attempt) : VmInput;

    public sealed record GuestPowerOff : VmInput;

    /// <summary>The guest asked for a reset, or crashed in a way that means one.</summary>
    public sealed record GuestReset : VmInput;

    /// <summary>The guest reported a panic through its panic device. The VM goes on.</summary>
    public sealed record GuestPanic : VmInput;

    /// <summary>Answers <see cref="VmEffect.ArmStopGrace"/>, unless the VM ended first.</summary>
    public sealed record StopGraceElapsed(Attempt Attempt) : VmInput;

    // What a migration out asks and says. It names itself, so that what an earlier one says is dropped.

    /// <summary>A peer asks to take this VM over. Answered like a client's request; MigrationNews.Admitted follows when it
    /// may begin.</summary>
    public sealed record MigrateOutRequested(RequestId Request, Guid Migration) : VmInput;

    /// <summary>Both ends have agreed how to talk: the VM is migrating from now on.</summary>
    public sealed record MigrationOutBegun(Guid Migration) : VmInput;

    /// <summary>What could be copied from a running guest has been.</summary>
    public sealed record PauseWanted(Guid Migration) : VmInput;

    /// <summary>The target has everything and holds the disks: the guest may be handed over.</summary>
    public sealed record HandOverWanted(Guid Migration) : VmInput;

    /// <summary>The target was told. Answers MigrationNews.HandedOver.</summary>
    public sealed record HandOverSent(Guid Migration) : VmInput;

    /// <summary>The migration is over and the guest stays.</summary>
    /// <param name="Migration">Which.</param>
    /// <param name="ReclaimGeneration">The least generation that takes the disks back, when the target may have them;
    /// null when it cannot have touched them.</param>
    public sealed record MigrationOutFailed(Guid Migration, ulong? ReclaimGeneration) : VmInput;

    /// <summary>Answers <see cref="VmEffect.ArmReclaimLimit"/>, unless the disks were back first.</summary>
    public sealed record ReclaimLimitElapsed(Attempt Attempt) : VmInput;

    // The same for a migration in.

    /// <summary>A sound request to take a VM over was taken; the other first thing that can happen.</summary>
    public sealed record TargetEnsured(Guid Migration) : VmInput;

    /// <summary>The source's spec arrived, fits, and its parts exist.</summary>
    public sealed record TargetBuilt(ValueList<SpecKey> Disks) : VmInput;

    /// <summary>The disks are to be active before the source lets go of the guest.</summary>
    public sealed record DisksWanted(Guid Migration) : VmInput;

    /// <summary>The source has let go of the guest: it runs here or nowhere.</summary>
    public sealed record GuestArrived(Guid Migration) : VmInput;

    /// <summary>The migration is over and the guest does not come.</summary>
    public sealed record MigrationInFailed(Guid Migration, string Reason) : VmInput;
}
