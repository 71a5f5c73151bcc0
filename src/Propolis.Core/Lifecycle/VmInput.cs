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
    public sealed record VolumeInactive(SpecKey Disk) : VmInput;

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

    public sealed record GuestPowerOff : VmInput;

    /// <summary>The guest asked for a reset, or crashed in a way that means one.</summary>
    public sealed record GuestReset : VmInput;

    /// <summary>The guest reported a panic through its panic device. The VM goes on.</summary>
    public sealed record GuestPanic : VmInput;

    /// <summary>Answers <see cref="VmEffect.ArmStopGrace"/>, unless the VM ended first.</summary>
    public sealed record StopGraceElapsed(Attempt Attempt) : VmInput;
}
