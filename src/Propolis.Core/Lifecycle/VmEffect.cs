namespace Propolis.Core.Lifecycle;

/// <summary>Anything a VM's decisions cause, to be carried out in the order given.</summary>
public abstract record VmEffect
{
    /// <summary>Publish this state, as the next generation.</summary>
    public sealed record Publish(InstanceState State) : VmEffect;

    /// <summary>Every request is answered exactly once.</summary>
    public sealed record Answer(RequestId Request, StateChangeAnswer What) : VmEffect;

    /// <summary>Tell every volume at once whether it is wanted. An unwanted one flushes, then lets go.</summary>
    public sealed record DemandVolumes(bool Active) : VmEffect;

    /// <summary>Every volume lets go at once, whatever it has outstanding.</summary>
    public sealed record ForceVolumesInactive : VmEffect;

    /// <summary>Let the processors run from power-on. Answered by MachineStarted or MachineFailed.</summary>
    public sealed record StartMachine(Attempt Attempt) : VmEffect;

    /// <summary>Back to power-on, and run. Answered by MachineReset or MachineFailed.</summary>
    public sealed record ResetMachine(Attempt Attempt) : VmEffect;

    /// <summary>Pause the guest, let its I/O finish, and end it. Answered by MachineHalted or MachineFailed.</summary>
    /// <param name="Attempt">Supersedes whatever the machine is doing.</param>
    /// <param name="Grace">How long the I/O may take; zero ends the machine now, and no answer is awaited.</param>
    public sealed record HaltMachine(Attempt Attempt, TimeSpan Grace) : VmEffect;

    /// <summary>Send StopGraceElapsed after this time. A later one replaces it.</summary>
    public sealed record ArmStopGrace(Attempt Attempt, TimeSpan Grace) : VmEffect;

    /// <summary>Publish Migrating together with the first status of this migration, as one generation.</summary>
    public sealed record PublishMigrating(MigrationDirection Direction, Guid Migration) : VmEffect;

    /// <summary>Stop the processors and let the disk operations in flight end. Answered by MachinePaused or
    /// MachineFailed, after as long as the disks take.</summary>
    public sealed record PauseMachine(Attempt Attempt) : VmEffect;

    /// <summary>Let a paused or imported guest run on. Answered by MachineResumed or MachineFailed.</summary>
    public sealed record ResumeMachine(Attempt Attempt) : VmEffect;

    /// <summary>Every volume is to be activated anew, with this generation at least: another server may have them.</summary>
    public sealed record ReclaimVolumes(ulong GenerationMin) : VmEffect;

    /// <summary>Send ReclaimLimitElapsed after this time.</summary>
    public sealed record ArmReclaimLimit(Attempt Attempt, TimeSpan Limit) : VmEffect;

    /// <summary>News for the migration this VM is in.</summary>
    public sealed record TellMigration(MigrationNews News) : VmEffect;

    /// <summary>The migration this VM is in is to be given up. The VM does not wait for that.</summary>
    public sealed record AbortMigration(string Reason) : VmEffect;

    /// <summary>Count a panic the guest reported.</summary>
    public sealed record NoteGuestPanic : VmEffect;

    /// <summary>The last effect: release whatever is left of the machine, the volumes and the console, and answer
    /// whoever still waits.</summary>
    public sealed record End : VmEffect;
}
