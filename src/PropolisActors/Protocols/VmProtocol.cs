using System.Collections.Immutable;
using Crucible.Core.Volumes;
using Propolis.Core.Api;
using Propolis.Core.Lifecycle;
using Propolis.Core.Spec;

namespace PropolisActors.Protocols;

/// <summary>
/// What the VM directory and its VM supervisors accept from a control plane. Send every command to the directory,
/// <c>/user/vms</c>; it finds the VM by its name. Each command names its answer; any of them may also be answered by
/// <see cref="Refused"/>, and none is answered by silence.
/// </summary>
public static class VmProtocol
{
    /// <summary>Anything meant for one VM.</summary>
    public interface ICommand
    {
        VmName Vm { get; }
    }

    /// <summary>A command that makes the VM it is meant for.</summary>
    public interface ICreation : ICommand;

    /// <summary>The command was not carried out, and nothing changed.</summary>
    public sealed record Refused(ApiError Why);

    /// <summary>Creates the VM. Answered by <see cref="Ensured"/>. A repeat is refused while the VM exists.</summary>
    /// <param name="Vm">The VM.</param>
    /// <param name="Properties">Identity and description, kept as given.</param>
    /// <param name="Spec">What to build.</param>
    public sealed record Ensure(VmName Vm, InstanceProperties Properties, ValidatedSpec Spec) : ICreation;

    /// <summary>Creates a VM whose guest comes from another server. Answered by <see cref="Ensured"/> when its parts are
    /// built from the source's spec, or refused.</summary>
    /// <param name="Vm">The VM.</param>
    /// <param name="Properties">Identity and description here, kept as given.</param>
    /// <param name="Init">Where it comes from.</param>
    /// <param name="Address">This service's own, for readers of its console; <c>ip:port</c>.</param>
    /// <param name="Link">Is sent <see cref="MigrationProtocol.Connect"/>.</param>
    public sealed record MigrateIn(VmName Vm, InstanceProperties Properties, InstanceInit.MigrationTarget Init,
        string Address, Akka.Actor.IActorRef Link) : ICreation;

    /// <summary>Another server asks to take the VM over. Answered by <see cref="MigratingOut"/>; what is wrong then shows as
    /// a link that is closed.</summary>
    public sealed record MigrateOut(VmName Vm, Guid Migration, Akka.Actor.IActorRef Link) : ICommand;

    /// <summary>The actor that speaks for this VM.</summary>
    public sealed record MigratingOut(Akka.Actor.IActorRef Migration);

    /// <summary>Built, not started: no disk server has been contacted.</summary>
    public sealed record Ensured;

    /// <summary>Answered by <see cref="Instance"/> from what was last published.</summary>
    public sealed record GetInstance(VmName Vm) : ICommand;

    /// <summary>Properties, spec (with the newest accepted VCRs) and state; readable until the next ensure.</summary>
    /// <remarks>The spec is null while a migration target waits for its source's.</remarks>
    public sealed record Instance(
        InstanceProperties Properties, ValidatedSpec? Spec, InstanceStateSnapshot State, string? FailureReason);

    /// <summary>Asks for a state. Answered by <see cref="StateAccepted"/> when queued or harmlessly ignored.</summary>
    public sealed record PutState(VmName Vm, StateRequest State) : ICommand;

    /// <summary>Queued, or ignored because it is so already. Not done yet: watch the monitor.</summary>
    public sealed record StateAccepted;

    /// <summary>
    /// Answered by <see cref="Monitored"/> at once if generation <paramref name="Gen"/> was reached, else when it is,
    /// else refused when it never can be. Waits as long as the VM lives: cancel with <see cref="Unmonitor"/>.
    /// </summary>
    /// <param name="Vm">The VM.</param>
    /// <param name="Waiter">Names this wait.</param>
    /// <param name="Gen">The state generation to wait for.</param>
    public sealed record Monitor(VmName Vm, Guid Waiter, ulong Gen) : ICommand;

    public sealed record Monitored(InstanceStateSnapshot State);

    /// <summary>The client of that wait has gone. No answer; a repeat does nothing.</summary>
    public sealed record Unmonitor(VmName Vm, Guid Waiter) : ICommand;

    /// <summary>
    /// Hands one disk a corrected VCR, whatever the VM is doing. Answered by <see cref="VcrReplaced"/>. A repeat of the
    /// last accepted one is answered from its record.
    /// </summary>
    /// <param name="Vm">The VM.</param>
    /// <param name="DiskAsGiven">The backend id as it stood in the request.</param>
    /// <param name="VcrJson">Kept byte for byte. It may hold a key: never print it.</param>
    public sealed record ReplaceVcr(VmName Vm, string DiskAsGiven, string VcrJson) : ICommand
    {
        public override string ToString() => $"ReplaceVcr {{ Vm = {Vm}, Disk = {DiskAsGiven} }}";
    }

    /// <summary>The volume accepted the VCR, and it is the stored one.</summary>
    public sealed record VcrReplaced(VolumeReplaceResult Result);

    /// <summary>Answered by <see cref="VolumeProtocol.VolumeStatus"/> from what was last published.</summary>
    public sealed record GetDiskStatus(VmName Vm, string DiskAsGiven) : ICommand;

    /// <summary>
    /// Flushes one disk and has every copy of it take a snapshot. Answered by <see cref="SnapshotTaken"/>, or refused with
    /// the server that is missing, within the service's deadline. A repeat finds the snapshot made.
    /// </summary>
    /// <param name="Vm">The VM, which may be doing anything.</param>
    /// <param name="DiskAsGiven">The backend id as it stood in the request.</param>
    /// <param name="SnapshotId">Its text is the snapshot's name.</param>
    public sealed record Snapshot(VmName Vm, string DiskAsGiven, Guid SnapshotId) : ICommand;

    /// <summary>All copies have it.</summary>
    public sealed record SnapshotTaken;

    /// <summary>Raises a non-maskable interrupt. Answered by <see cref="NmiInjected"/>, also while no guest runs.</summary>
    public sealed record InjectNmi(VmName Vm) : ICommand;

    /// <summary>Handed to the machine; nothing is known of its effect.</summary>
    public sealed record NmiInjected;

    /// <summary>Answered by <see cref="VmList"/>. Sent to the directory.</summary>
    public sealed record GetVms;

    public sealed record VmList(ImmutableArray<VmSummary> Vms);

    /// <summary>Answered when everything the journal remembers has been taken up again: <see cref="Ready"/> or
    /// <see cref="NotReady"/>. Sent to the directory once, when the service starts.</summary>
    public sealed record GetReady;

    /// <summary>Every VM that can be remembered is.</summary>
    public sealed record Ready(int Vms);

    /// <summary>The journal cannot be read at all; the text says where and what to do.</summary>
    public sealed record NotReady(string Why);

    /// <summary>Told to the directory by a supervisor that has taken up what the journal knows of it.</summary>
    public sealed record Recovered(VmName Vm);

    /// <summary>One VM, as it last published itself.</summary>
    /// <param name="Name">Its name here.</param>
    /// <param name="Id">The id of its properties.</param>
    /// <param name="State">State and generation.</param>
    /// <param name="FailureReason">Why it failed, or null.</param>
    /// <param name="WaitsFor">Empty when it waits for nothing.</param>
    /// <param name="Outcome">How it ended and which disks were flushed; null while it has not, and after a restart.</param>
    public sealed record VmSummary(VmName Name, Guid Id, InstanceStateSnapshot State, string? FailureReason,
        ImmutableArray<Waiting> WaitsFor, VmOutcome? Outcome);
}
