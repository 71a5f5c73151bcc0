using System.Diagnostics;
using Propolis.Core.Spec;
using static Propolis.Core.Lifecycle.VmTransition;

namespace Propolis.Core.Lifecycle;

// The life of one VM: which requests it takes, what it publishes, when its machine and its volumes are wanted.
// It owns no volume's configuration: a replacement passes it by, in every state.
//
//   New -> Initializing -> Created -> Starting -> Booting -> Running <-> Rebooting
//               |             |          |           |          |            |
//               |             |          +--stop-----+--+       +-> Halting <+      a stop after the reset
//               |             |                         |             |
//               +--failure----+---stop------------------+--> Ended <- Releasing
//
// Every state on the way to Ended is bounded by one grace, armed when the stop is taken. Leaving for another server and
// coming from one is the other half of the picture: VmMachine.Migration.cs.
// Source: propolis-server API, sections 6.3, 8, 9 and 10. Volumes start all at once, where the reference starts
// one after another.

/// <summary>The decisions of one VM's life.</summary>
public static partial class VmMachine
{
    /// <summary>A VM that was not asked for yet.</summary>
    public static VmState Initial(DateTimeOffset now) => new VmState.New(now);

    /// <summary>Takes one input.</summary>
    /// <exception cref="UnreachableException">Only our own mistake can bring this input in this state: a creation
    /// twice, a report of building when nothing is being built, anything about a VM nobody asked for.</exception>
    public static VmTransition Step(VmState state, VmInput input, DateTimeOffset now, VmOptions options) =>
        StepMigrating(state, input, now, options) ?? (state, input) switch
        {
            (VmState.New, VmInput.Ensured e) => To(
                new VmState.Initializing(e.Disks, now), new VmEffect.Publish(InstanceState.Creating)),
            (VmState.Initializing s, VmInput.Built) => To(
                new VmState.Created(s.Disks, new Admission(QueueState.NotStarted), Attempt.None, now)),
            (VmState.Initializing s, VmInput.BuildFailed f) => End(f.Reason, NothingLost(s.Disks), now),

            (VmState.Active s, VmInput.RunRequested r) => Ask(s, StateRequest.Run, r.Request, now, options),
            (VmState.Active s, VmInput.StopRequested r) => Ask(s, StateRequest.Stop, r.Request, now, options),
            (VmState.Active s, VmInput.RebootRequested r) => Ask(s, StateRequest.Reboot, r.Request, now, options),
            (_, VmInput.RunRequested r) => To(state, NoInstance(r.Request)),
            (_, VmInput.StopRequested r) => To(state, NoInstance(r.Request)),
            (_, VmInput.RebootRequested r) => To(state, NoInstance(r.Request)),

            (VmState.Starting s, VmInput.VolumeActive v) => AwaitVolumes(s, s.Inactive.Without(v.Disk), now),
            (VmState.Starting s, VmInput.VolumeInactive v) => AwaitVolumes(s, Including(s, v.Disk), now),
            (VmState.Starting s, VmInput.VolumeFailed v) => CutVolumes(DiskFailure(v), NothingLost(s.Disks), now),
            (VmState.Booting s, VmInput.VolumeFailed v)
                => CutVolumes(DiskFailure(v), AllLost(s.Disks), now).After(Kill(s)),
            (VmState.Releasing s, VmInput.VolumeInactive v) => Released(s, v.Disk, v.Flushed, now),
            (VmState.Releasing s, VmInput.VolumeFailed v) => Released(s, v.Disk, flushed: false, now),
            // Once the guest runs, a lost disk is a disk error of the guest and no change of the VM.
            (not VmState.New, VmInput.VolumeActive or VmInput.VolumeInactive or VmInput.VolumeFailed) => To(state),

            (VmState.Booting s, VmInput.MachineStarted m) when m.Attempt == s.Last => Started(s, now),
            (VmState.Booting s, VmInput.MachineResumed m) when m.Attempt == s.Last => Started(s, now),
            (VmState.Rebooting s, VmInput.MachineReset m) when m.Attempt == s.Last => AfterReset(s, now, options),
            (VmState.Halting s, VmInput.MachineHalted m) when m.Attempt == s.Last => Halted(s, s.Grace, now),
            (VmState.Active s, VmInput.MachineFailed m) when m.Attempt == s.Last && m.Attempt != Attempt.None
                => MachineLost(s, m.Reason, now, options),
            // Stale: the machine was told something else since.
            (not VmState.New, VmInput.MachineStarted or VmInput.MachineReset or VmInput.MachineHalted
                or VmInput.MachineFailed or VmInput.MachinePaused or VmInput.MachineResumed) => To(state),

            // A guest that acts has been started, even if the machine's word of it comes later.
            (VmState.Booting s, VmInput.GuestPowerOff or VmInput.GuestReset)
                => Then(Started(s, now), input, now, options),
            (VmState.Running s, VmInput.GuestPowerOff) => Halt(s, now, options),
            (VmState.Running s, VmInput.GuestReset) => Reset(s, byGuest: true, now),
            (VmState.Rebooting s, VmInput.GuestPowerOff) => To(s with { PowerOffSeen = true }),
            (VmState.Booting or VmState.Running or VmState.Rebooting or VmState.Halting or VmState.MigratingOut
                or VmState.Resuming, VmInput.GuestPanic)
                => To(state, new VmEffect.NoteGuestPanic()),
            // What the guest did before the reset or the halt it is under has no further consequence.
            (not VmState.New, VmInput.GuestPowerOff or VmInput.GuestReset or VmInput.GuestPanic) => To(state),

            (VmState.Rebooting s, VmInput.StopGraceElapsed g) when g.Attempt == s.StopAttempt
                => CutOff(s, now).After(new VmEffect.Publish(InstanceState.Stopping)),
            (VmState.Halting s, VmInput.StopGraceElapsed g) when g.Attempt == s.Grace => CutOff(s, now),
            (VmState.Releasing s, VmInput.StopGraceElapsed g) when g.Attempt == s.Grace
                => End(s.FailureReason, VmOutcome.Of(s.Disks, ValueList.From(s.Unflushed.Concat(s.Held))), now,
                    new VmEffect.ForceVolumesInactive()),
            (not VmState.New, VmInput.StopGraceElapsed) => To(state),

            _ => throw new UnreachableException($"{input} in {state}"),
        };

    private static VmTransition Ask(
        VmState.Active s, StateRequest request, RequestId id, DateTimeOffset now, VmOptions options) =>
        s.Admission.Decide(request) switch
        {
            AdmissionVerdict.Denied d => To(s, new VmEffect.Answer(id, new StateChangeAnswer.Denied(d.Reason))),
            AdmissionVerdict.Ignored => To(s, Accepted(id)),
            AdmissionVerdict.Queued q => CarryOut(s with { Admission = q.After }, request, now, options)
                .After(Accepted(id)),
            _ => throw new UnreachableException(),
        };

    /// <summary>Acts on a request that was taken; what cannot be done at once is remembered in the state.</summary>
    private static VmTransition CarryOut(
        VmState.Active state, StateRequest request, DateTimeOffset now, VmOptions options) => (state, request) switch
    {
        (VmState.Created s, StateRequest.Run) => Start(s, now),
        (VmState.Created s, StateRequest.Stop) => End(null, NothingLost(s.Disks), now,
            new VmEffect.Publish(InstanceState.Stopping), new VmEffect.Publish(InstanceState.Stopped)),
        (VmState.Starting s, StateRequest.Stop) => CutVolumes(null, NothingLost(s.Disks), now)
            .After(new VmEffect.Publish(InstanceState.Stopped)),
        (VmState.Booting s, StateRequest.Stop) => CutVolumes(null, AllLost(s.Disks), now).After(Kill(s))
            .After(new VmEffect.Publish(InstanceState.Stopped)),
        (VmState.Running s, StateRequest.Stop) => Halt(s, now, options),
        (VmState.Running s, StateRequest.Reboot) => Reset(s, byGuest: false, now),
        // The grace runs from now on, so a reset that hangs cannot hold up the stop.
        (VmState.Rebooting s, StateRequest.Stop) => To(
            s with { StopAttempt = s.Last.Next() }, new VmEffect.ArmStopGrace(s.Last.Next(), options.StopGrace)),
        (VmState.Rebooting s, StateRequest.Reboot) => To(s),
        // Only the guest's own halt still takes requests, and it is ahead of them.
        (VmState.Halting s, StateRequest.Stop or StateRequest.Reboot) => To(s),
        _ => CarryOutMigrating(state, request, now, options),
    };

    private static VmTransition Start(VmState.Created s, DateTimeOffset now) =>
        AwaitVolumes(new VmState.Starting(s.Disks, s.Disks, s.Admission, s.Last, now), s.Disks, now)
            .After(new VmEffect.DemandVolumes(Active: true))
            .After(new VmEffect.Publish(InstanceState.Starting));

    private static VmTransition AwaitVolumes(VmState.Starting s, ValueList<SpecKey> inactive, DateTimeOffset now) =>
        inactive.Count > 0
            ? To(s with { Inactive = inactive })
            : To(new VmState.Booting(s.Disks, s.Admission, s.Last.Next(), now) { IsImported = s.IsImported },
                s.IsImported ? new VmEffect.ResumeMachine(s.Last.Next()) : new VmEffect.StartMachine(s.Last.Next()));

    private static ValueList<SpecKey> Including(VmState.Starting s, SpecKey disk) =>
        ValueList.From(s.Disks.Where(d => d == disk || s.Inactive.Contains(d)));

    /// <summary>Ends a VM without waiting for its volumes: the guest has written nothing, or time is up.</summary>
    private static VmTransition CutVolumes(string? failure, VmOutcome outcome, DateTimeOffset now) => End(
        failure, outcome, now, new VmEffect.DemandVolumes(Active: false), new VmEffect.ForceVolumesInactive());

    private static VmOutcome NothingLost(ValueList<SpecKey> disks) =>
        VmOutcome.Of(VmEnd.NotStarted, disks, flushed: true);

    private static VmOutcome AllLost(ValueList<SpecKey> disks) => VmOutcome.Of(VmEnd.Forced, disks, flushed: false);

    private static VmTransition Started(VmState.Booting s, DateTimeOffset now) => To(
        new VmState.Running(s.Disks, new Admission(QueueState.Running), s.Last, now),
        new VmEffect.Publish(InstanceState.Running));

    private static VmTransition Reset(VmState.Running s, bool byGuest, DateTimeOffset now)
    {
        var attempt = s.Last.Next();
        return To(
            new VmState.Rebooting(s.Disks, byGuest, PowerOffSeen: false, StopAttempt: null, s.Admission, attempt, now),
            new VmEffect.Publish(InstanceState.Rebooting), new VmEffect.ResetMachine(attempt));
    }

    private static VmTransition AfterReset(VmState.Rebooting s, DateTimeOffset now, VmOptions options)
    {
        // A client's reboot that came during the guest's own follows it, unless a stop makes it pointless.
        var again = s.ByGuest && s.Admission.AwaitingReboot;
        var running = new VmState.Running(
            s.Disks, s.Admission with { AwaitingReboot = again }, s.Last, now);
        var next = s switch
        {
            { StopAttempt: { } grace } => HaltWithin(grace, running, now, options),
            { PowerOffSeen: true } => Halt(running, now, options),
            _ when again => Reset(running, byGuest: false, now),
            _ => Admitted(running),
        };
        return next.After(new VmEffect.Publish(InstanceState.Running));
    }

    private static VmTransition Halt(VmState.Running s, DateTimeOffset now, VmOptions options) =>
        HaltWithin(s.Last.Next(), s, now, options)
            .After(new VmEffect.ArmStopGrace(s.Last.Next(), options.StopGrace));

    private static VmTransition HaltWithin(
        Attempt grace, VmState.Running s, DateTimeOffset now, VmOptions options) => To(
        new VmState.Halting(s.Disks, grace, s.Admission, s.Last.Next(), now),
        new VmEffect.Publish(InstanceState.Stopping), new VmEffect.HaltMachine(s.Last.Next(), options.StopGrace));

    private static VmTransition Halted(VmState.Active s, Attempt grace, DateTimeOffset now) =>
        Release(s, failure: null, grace, now).After(new VmEffect.Publish(InstanceState.Stopped));

    private static VmTransition Release(VmState.Active s, string? failure, Attempt grace, DateTimeOffset now)
    {
        var admission = new Admission(failure is null ? QueueState.Stopped : QueueState.Failed);
        var releasing = new VmState.Releasing(s.Disks, s.Disks, [], failure, grace, admission, s.Last, now);
        return AwaitRelease(releasing, now).After(new VmEffect.DemandVolumes(Active: false));
    }

    private static VmTransition Released(VmState.Releasing s, SpecKey disk, bool flushed, DateTimeOffset now) =>
        !s.Held.Contains(disk)
            ? To(s)  // a repeat
            : AwaitRelease(
                s with { Held = s.Held.Without(disk), Unflushed = flushed ? s.Unflushed : s.Unflushed.With(disk) }, now);

    private static VmTransition AwaitRelease(VmState.Releasing s, DateTimeOffset now) => s.Held.Count > 0
        ? To(s)
        : End(s.FailureReason, VmOutcome.Of(s.Disks, s.Unflushed), now);

    /// <summary>The machine died. A stop that was taken still ends as one.</summary>
    private static VmTransition MachineLost(
        VmState.Active state, string reason, DateTimeOffset now, VmOptions options) => state switch
    {
        VmState.Booting => CutVolumes(reason, AllLost(state.Disks), now),
        VmState.Halting s => Halted(s, s.Grace, now),
        VmState.Rebooting { StopAttempt: { } grace } s => Halted(s, grace, now)
            .After(new VmEffect.Publish(InstanceState.Stopping)),
        VmState.Running or VmState.Rebooting or VmState.Resuming => Release(state, reason, state.Last.Next(), now)
            .After(new VmEffect.ArmStopGrace(state.Last.Next(), options.StopGrace)),
        // Its end is what this state began with.
        VmState.Releasing or VmState.HandedOver => To(state),
        VmState.Reclaiming => CutVolumes(reason, AllFlushed(state.Disks), now),
        VmState.MigratingIn => CutVolumes(reason, NothingLost(state.Disks), now)
            .After(new VmEffect.AbortMigration(reason)),
        _ => throw new UnreachableException($"a machine in {state}"),
    };

    /// <summary>The grace is over: what is left is cut off, and nobody waits for it.</summary>
    private static VmTransition CutOff(VmState.Active s, DateTimeOffset now) => CutVolumes(null, AllLost(s.Disks), now)
        .After(Kill(s)).After(new VmEffect.Publish(InstanceState.Stopped));

    private static VmTransition End(
        string? failure, VmOutcome outcome, DateTimeOffset now, params ReadOnlySpan<VmEffect> before) => To(
        new VmState.Ended(failure, outcome, now),
        [
            .. before,
            new VmEffect.Publish(failure is null ? InstanceState.Destroyed : InstanceState.Failed),
            new VmEffect.End(),
        ]);

    /// <summary>Takes a further input on top of a transition.</summary>
    private static VmTransition Then(VmTransition first, VmInput input, DateTimeOffset now, VmOptions options)
    {
        var second = Step(first.State, input, now, options);
        return second with { Effects = [.. first.Effects, .. second.Effects] };
    }

    private static VmEffect.HaltMachine Kill(VmState.Active s) => new(s.Last.Next(), TimeSpan.Zero);

    private static VmEffect.Answer Accepted(RequestId request) => new(request, new StateChangeAnswer.Accepted());

    private static VmEffect.Answer NoInstance(RequestId request) => new(request, new StateChangeAnswer.NoInstance());

    private static string DiskFailure(VmInput.VolumeFailed failure) => $"disk {failure.Disk}: {failure.Reason}";
}
