using Akka.Actor;
using Propolis.Core;
using Propolis.Core.Lifecycle;
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

    /// <summary>Raises a non-maskable interrupt, if there is a machine. No answer.</summary>
    public sealed record InjectNmi;

    /// <summary>The machine's own news.</summary>
    public sealed record FromMachine(MachineEvent Event);

    // Told to the supervisor, in the order in which they happened.

    /// <summary>The VM is now in this state: the next generation.</summary>
    public sealed record Published(InstanceState State, DateTimeOffset At);

    /// <summary>What the VM waits for and why it failed, whenever either may have changed.</summary>
    public sealed record Facts(ValueList<Waiting> WaitsFor, string? FailureReason);

    /// <summary>Every volume is to be active, or no longer.</summary>
    public sealed record DemandVolumes(bool Active);

    /// <summary>The grace is over: every volume is to let go at once.</summary>
    public sealed record ForceVolumes;

    /// <summary>The machine is gone; nothing more will come but answers to what was already sent here.</summary>
    public sealed record Ended;
}
