using System.Net;
using Akka.Actor;
using Crucible.Core.Upstairs;
using Crucible.Core.Volumes;
using Propolis.Core.Lifecycle;
using Propolis.Core.Spec;
using PropolisActors.Protocols;

namespace PropolisActors.Events;

/// <summary>
/// Something that changed in this service, told on the system's event stream by the actor that owns it, when others may see
/// it. Nobody waits for whoever listens. Holds no key and no VCR.
/// </summary>
/// <param name="Vm">Whose.</param>
/// <param name="At">UTC.</param>
public abstract record ServiceEvent(VmName Vm, DateTimeOffset At) : INoSerializationVerificationNeeded
{
    /// <summary>A state of the VM was published.</summary>
    /// <param name="Id">The id of its properties.</param>
    /// <param name="State">State and generation, as the state monitor shows them.</param>
    /// <param name="FailureReason">Why it failed, or null.</param>
    public sealed record VmStateChanged(
        VmName Vm, DateTimeOffset At, Guid Id, InstanceStateSnapshot State, string? FailureReason) : ServiceEvent(Vm, At);

    /// <summary>The service no longer knows the name: the VM was deleted, or its supervisor ended by a defect.</summary>
    public sealed record VmGone(VmName Vm, DateTimeOffset At) : ServiceEvent(Vm, At);

    /// <summary>A volume is in another phase.</summary>
    public sealed record VolumeChanged(VmName Vm, DateTimeOffset At, SpecKey Disk, VolumePhase Phase) : ServiceEvent(Vm, At);

    /// <summary>A slot has another target, state or error.</summary>
    public sealed record SlotChanged(
        VmName Vm, DateTimeOffset At, SpecKey Disk, RegionSetIndex RegionSet, SlotStatus Slot) : ServiceEvent(Vm, At);

    /// <summary>Copies are being made equal, or no longer.</summary>
    /// <param name="Progress">Null when the whole of it happened between two looks.</param>
    public sealed record RepairChanged(
        VmName Vm,
        DateTimeOffset At,
        SpecKey Disk,
        RegionSetIndex RegionSet,
        RepairKind Kind,
        RepairChange Change,
        RepairProgress? Progress) : ServiceEvent(Vm, At);

    /// <summary>A replacement was accepted and stored, or its copy is in sync now.</summary>
    /// <param name="Revision">Of the stored VCR.</param>
    public sealed record ReplacementChanged(
        VmName Vm,
        DateTimeOffset At,
        SpecKey Disk,
        RegionSlot Where,
        IPEndPoint Old,
        IPEndPoint New,
        VcrRevision Revision,
        bool IsInSync) : ServiceEvent(Vm, At);
}
