using Akka.Actor;
using Propolis.Core;
using Propolis.Core.Lifecycle;
using Propolis.Core.Migration;
using Propolis.Core.Spec;
using Propolis.Machines;

namespace PropolisActors.Protocols;

/// <summary>What a lifecycle actor accepts beside its volumes' reports, and what it tells its supervisor.</summary>
public static class LifecycleProtocol
{
    /// <summary>The first message: the parts of the VM, or why they could not be built.</summary>
    /// <param name="Disks">Backend keys of the network volumes.</param>
    /// <param name="Machine">Owned by the lifecycle from now on. Null when the build failed.</param>
    /// <param name="BuildFailure">For people; null when it did not.</param>
    public sealed record Begin(ValueList<SpecKey> Disks, IMachine? Machine, string? BuildFailure);

    /// <summary>Answered to <paramref name="ReplyTo"/> by <see cref="VmProtocol.StateAccepted"/> or
    /// <see cref="VmProtocol.Refused"/>.</summary>
    public sealed record PutState(StateRequest State, IActorRef ReplyTo);

    /// <summary>The other first message: the VM comes from another server. Followed by <see cref="TargetBuilt"/> when its
    /// spec is known.</summary>
    /// <param name="Migration">Which migration.</param>
    /// <param name="By">The migration's actor.</param>
    public sealed record BeginTarget(Guid Migration, IActorRef By);

    /// <summary>The parts of a VM that comes from another server.</summary>
    /// <param name="Disks">Backend keys of the network volumes.</param>
    /// <param name="Machine">Owned by the lifecycle from now on.</param>
    public sealed record TargetBuilt(ValueList<SpecKey> Disks, IMachine Machine);

    /// <summary>A migration asks to take this VM away. Answered to <paramref name="By"/> like <see cref="PutState"/>;
    /// <see cref="MigrationProtocol.FromVm"/> says when it may begin.</summary>
    public sealed record MigrateOut(Guid Migration, IActorRef By);

    /// <summary>What the migration under way asks or says; from any other it is dropped.</summary>
    public sealed record FromMigration(VmInput Input);

    /// <summary>Asks for the state of a guest that stands still. Answered by <see cref="MigrationInput.GuestExported"/> or
    /// <see cref="MigrationInput.NotDone"/>.</summary>
    public sealed record ExportGuest;

    /// <summary>Puts a guest's state into a machine that never ran. Answered by
    /// <see cref="MigrationInput.GuestImported"/> or <see cref="MigrationInput.NotDone"/>.</summary>
    public sealed record ImportGuest(MachineImage Image);

    /// <summary>Raises a non-maskable interrupt, if there is a machine. No answer.</summary>
    public sealed record InjectNmi;

    /// <summary>The machine's own news.</summary>
    public sealed record FromMachine(MachineEvent Event);

    // Told to the supervisor, in the order in which they happened.

    /// <summary>The VM is now in this state: the next generation.</summary>
    public sealed record Published(InstanceState State, DateTimeOffset At);

    /// <summary>The VM is migrating from now on: the next generation, with the migration's first status.</summary>
    public sealed record PublishedMigrating(MigrationDirection Direction, Guid Migration, DateTimeOffset At);

    /// <summary>What the VM waits for, why it failed and what became of its writes, whenever any may have changed.</summary>
    public sealed record Facts(ValueList<Waiting> WaitsFor, string? FailureReason, VmOutcome? Outcome);

    /// <summary>Every volume is to be activated anew, with this generation at least.</summary>
    public sealed record ReclaimVolumes(ulong GenerationMin);

    /// <summary>Every volume is to be active, or no longer.</summary>
    public sealed record DemandVolumes(bool Active);

    /// <summary>The grace is over: every volume is to let go at once.</summary>
    public sealed record ForceVolumes;

    /// <summary>The machine is gone; nothing more will come but answers to what was already sent here.</summary>
    public sealed record Ended;
}
