using System.Diagnostics;

namespace Propolis.Core.Lifecycle;

/// <summary>Decides whether a request for a change of state is taken: a state of its own and three flags.</summary>
/// <remarks>It is part of the VM's state and changes with it in one step, so no client can see Running and still be
/// told that the start is in progress. Source: propolis-server API, sections 8.1 and 8.2.</remarks>
/// <param name="State">Where the VM stands.</param>
/// <param name="AwaitingStop">A stop was taken and is not complete.</param>
/// <param name="AwaitingReboot">A reboot was taken and is not complete.</param>
/// <param name="AwaitingMigrationOut">A migration to elsewhere was taken and is not complete.</param>
public readonly record struct Admission(
    QueueState State, bool AwaitingStop = false, bool AwaitingReboot = false, bool AwaitingMigrationOut = false)
{
    /// <summary>Decides a client's request. A disk's new configuration is always taken, so not asked about.</summary>
    public AdmissionVerdict Decide(StateRequest request) => (TerminalReason, request) switch
    {
        ({ }, StateRequest.Stop) => new AdmissionVerdict.Ignored(),
        ({ } reason, _) => new AdmissionVerdict.Denied(reason),
        (null, StateRequest.Run) => DecideRun(),
        (null, StateRequest.Stop) => DecideStop(),
        (null, StateRequest.Reboot) => DecideReboot(),
        _ => throw new UnreachableException($"{request}"),
    };

    /// <summary>Decides a peer's request to take this VM over.</summary>
    /// <remarks>The reference takes it while the VM starts and then crashes; here it is refused.</remarks>
    public AdmissionVerdict DecideMigrationOut() => this switch
    {
        _ when TerminalReason is { } reason => new AdmissionVerdict.Denied(reason),
        { AwaitingMigrationOut: true } => new AdmissionVerdict.Denied(DenialReason.AlreadyMigrationSource),
        { AwaitingStop: true } => new AdmissionVerdict.Denied(DenialReason.HaltPending),
        { State: QueueState.NotStarted } => new AdmissionVerdict.Denied(DenialReason.InstanceNotActive),
        { State: QueueState.StartPending } => new AdmissionVerdict.Denied(DenialReason.StartInProgress),
        _ => new AdmissionVerdict.Queued(this with { AwaitingMigrationOut = true }),
    };

    /// <summary>Why nothing more can be taken, or null while something can.</summary>
    private DenialReason? TerminalReason => State switch
    {
        QueueState.MigratedOut => DenialReason.MigratedOut,
        QueueState.Stopped => DenialReason.Halted,
        QueueState.Failed => DenialReason.InstanceFailed,
        _ => null,
    };

    private AdmissionVerdict DecideRun() => this switch
    {
        { AwaitingStop: true } => new AdmissionVerdict.Denied(DenialReason.HaltPending),
        { State: not QueueState.NotStarted } => new AdmissionVerdict.Ignored(),
        _ => new AdmissionVerdict.Queued(this with { State = QueueState.StartPending }),
    };

    private AdmissionVerdict DecideStop() => AwaitingStop
        ? new AdmissionVerdict.Ignored()
        : new AdmissionVerdict.Queued(this with { AwaitingStop = true });

    private AdmissionVerdict DecideReboot() => this switch
    {
        { AwaitingMigrationOut: true } => new AdmissionVerdict.Denied(DenialReason.InvalidForMigrationSource),
        { AwaitingStop: true } => new AdmissionVerdict.Denied(DenialReason.HaltPending),
        { State: QueueState.NotStarted } => new AdmissionVerdict.Denied(DenialReason.InstanceNotActive),
        { State: QueueState.StartPending } => new AdmissionVerdict.Denied(DenialReason.StartInProgress),
        { AwaitingReboot: true } => new AdmissionVerdict.Ignored(),
        _ => new AdmissionVerdict.Queued(this with { AwaitingReboot = true }),
    };
}
