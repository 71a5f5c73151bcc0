using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using Crucible.Core.Upstairs;
using Crucible.Core.Volumes;
using Crucible.Net.Upstairs;
using Propolis.Core.Api;
using Propolis.Core.Spec;
using PropolisActors.Events;
using PropolisActors.Journal;
using PropolisActors.Protocols;
using PropolisActors.Volumes;

namespace PropolisActors.Actors;

// Runs one volume's VolumeMachine: turns messages into inputs and carries out the effects. It owns the disk's VCR, its
// activation and its replacements, and acts on them in every phase of the VM, because it never asks what that phase is.

/// <summary>One network disk.</summary>
public sealed partial class VolumeActor : ReceiveActor, IWithTimers
{
    private const string GraceTimer = "deactivation-grace";
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly VolumeSetup _setup;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<VolumeRequestId, IActorRef> _askers = [];
    private readonly JournalWriter<VolumeEffect.Store> _journal;
    private VolumeState _state;
    private CancellationTokenSource _activation = new();
    private ulong _lastRequest;

    public VolumeActor(VolumeSetup setup)
    {
        _setup = setup;
        _state = setup.Start.State;
        _journal = new JournalWriter<VolumeEffect.Store>(Context, setup.JournalId, setup.Journal);

        Receive<VolumeProtocol.Demand>(m => Apply(new VolumeInput.Demand(m.Active)));
        Receive<VolumeProtocol.Replace>(OnReplace);
        Receive<VolumeProtocol.GetStatus>(OnGetStatus);
        Receive<VolumeProtocol.Reclaim>(OnReclaim);
        Receive<VolumeProtocol.Flush>(OnFlush);
        Receive<VolumeProtocol.GetHandOver>(m => m.ReplyTo.Tell(HandOver()));
        Receive<VolumeProtocol.Seal>(OnSeal);
        Receive<VolumeProtocol.Unseal>(_ => OnUnseal());
        Receive<VolumeProtocol.Snapshot>(OnSnapshot);
        Receive<SnapshotEnded>(OnSnapshotEnded);
        Receive<VolumeProtocol.Force>(_ => OnForce());
        Receive<VolumeProtocol.End>(_ => OnEnd());
        Receive<StatusChanged>(m => OnStatusChanged(m.RegionSet));
        Receive<JournalProtocol.News>(OnJournal);
        Receive<VolumeInput.RegionSetReplaced>(OnRegionSetReplaced);
        Receive<VolumeInput.Activated>(OnActivated);
        Receive<VolumeInput>(Apply);
    }

    /// <summary>What a volume actor is made with.</summary>
    /// <param name="Disk">The backend id in the instance spec.</param>
    /// <param name="JournalId">Under which its records are stored; of no other volume, ever.</param>
    /// <param name="Journal">How they are stored.</param>
    /// <param name="Start">The machine's beginning.</param>
    /// <param name="Host">Owned by the actor from now on.</param>
    /// <param name="Listener">Hears its reports.</param>
    /// <param name="Grace">How long a deactivation may flush.</param>
    /// <param name="SnapshotDeadline">How long a snapshot may take.</param>
    /// <param name="Watch">Says what others are told of it; used by the actor only.</param>
    public sealed record VolumeSetup(
        SpecKey Disk,
        string JournalId,
        JournalProps Journal,
        VolumeTransition Start,
        IVolumeHost Host,
        IActorRef Listener,
        TimeSpan Grace,
        TimeSpan SnapshotDeadline,
        VolumeWatch Watch);

    /// <summary>A region set has news; which is read when the message is handled, so that it is never old.</summary>
    public sealed record StatusChanged(RegionSetIndex RegionSet);

    /// <summary>Set by the factory of actors.</summary>
    public ITimerScheduler Timers { get; set; } = null!;

    // Only its journal's actor is below it, which is never restarted: a new one is made for the next write.
    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    public static Props Props(VolumeSetup setup) => Akka.Actor.Props.Create(() => new VolumeActor(setup));

    protected override void PreStart()
    {
        foreach (var effect in _setup.Start.Effects)
            Run(effect);
    }

    protected override void PostStop()
    {
        _activation.Cancel();
        _ = _setup.Host.DisposeAsync().AsTask().PipeTo(Context.System.DeadLetters);
        foreach (var asker in _askers.Values.Concat(_snapshots.Values))
            asker.Tell(new VmProtocol.Refused(ApiError.VmDestroyed));
    }

    private void OnReplace(VolumeProtocol.Replace command)
    {
        if (_seal is null)
            Replace(command);
        else
            Hold(command);
    }

    private void Replace(VolumeProtocol.Replace command)
    {
        var request = new VolumeRequestId(++_lastRequest);
        _askers.Add(request, command.ReplyTo);
        Apply(new VolumeInput.Replace(request, new VcrText(command.VcrJson)));
    }

    private void OnGetStatus(VolumeProtocol.GetStatus command) =>
        command.ReplyTo.Tell(new VolumeProtocol.VolumeStatus(_setup.Disk, _state.Facts, _setup.Host.Status));

    private void OnForce()
    {
        if (_state.Phase.Running is { } attempt && _state.Phase is VolumePhase.Deactivating)
            Apply(new VolumeInput.GraceElapsed(attempt));
        else
            LetGo();
    }

    private void OnEnd()
    {
        OnUnsealedByEnd();
        Apply(new VolumeInput.Ending());
        LetGo();
        Context.Stop(Self);
    }

    private void OnActivated(VolumeInput.Activated input)
    {
        Apply(input);
        OnStatusChanged(input.RegionSet);
    }

    private void OnRegionSetReplaced(VolumeInput.RegionSetReplaced input)
    {
        var regionSet = (_state.InFlight as ReplacementInFlight.Asking)?.Where.RegionSet;
        Apply(input);
        // What the region set said of its slots while this answer was on its way was dropped as stale.
        if (regionSet is { } changed)
            OnStatusChanged(changed);
    }

    private void OnStatusChanged(RegionSetIndex regionSet)
    {
        var status = _setup.Host.Status[regionSet.Value];
        Publish(_setup.Watch.Look(regionSet, status));
        if (_state.Phase.Running is not { } attempt)
            return;
        // Before the volume is active its activation tells of a refusal; this is one that came after.
        if (_state.Phase is VolumePhase.Active && status is { State: UpstairsState.Disabled, DisabledBy: { } error })
            Apply(new VolumeInput.Failed(attempt, regionSet, error));
        else
            Apply(new VolumeInput.InSyncChanged(
                attempt, regionSet, [.. status.Slots.Where(slot => slot is { Active: true, InSync: true }).Select(slot => slot.Target)]));
    }

    private void OnJournal(JournalProtocol.News news)
    {
        switch (news)
        {
            case var _ when !_journal.IsCurrent(news):
            case JournalProtocol.Replayed:
                // Stale; or what is known here anyway: a volume that lives has written every record itself.
                break;
            case JournalProtocol.Written written:
                OnDurable(_journal.Take(written));
                break;
            case JournalProtocol.Failed failed:
                _log.Error("disk {0}: its record could not be stored: {1}", _setup.Disk, failed.Reason);
                foreach (var store in _journal.Take(failed))
                    Apply(new VolumeInput.StoreFailed(store.Number, failed.Reason));
                break;
            default:
                throw new UnreachableException($"{news}");
        }
    }

    private void OnDurable(VolumeEffect.Store store)
    {
        Context.Parent.Tell(new VolumeProtocol.VcrStored(_setup.Disk, store.Record.Text.Json, store.Record.Revision.Value));
        Publish(_setup.Watch.Look(store.Record));
        Apply(new VolumeInput.Stored(store.Number));
    }

    private void Publish(IEnumerable<ServiceEvent> events)
    {
        foreach (var @event in events)
            Context.System.EventStream.Publish(@event);
    }

    private void Store(VolumeEffect.Store store)
    {
        if (!_journal.TryWrite(new JournalEvent.VolumeStored(store.Record), store))
            Apply(new VolumeInput.StoreFailed(store.Number, "too many records wait to be stored"));
    }

    private void Apply(VolumeInput input)
    {
        var before = _state.Phase;
        (_state, var effects) = VolumeMachine.Step(_state, input);
        foreach (var effect in effects)
            Run(effect);
        Publish(_setup.Watch.Look(_state.Phase));
        SayIfSealed();
        ReclaimIfSettled();
        if (before.GetType() != _state.Phase.GetType())
            _log.Info("disk {0}: {1} -> {2} by {3}", _setup.Disk, before.GetType().Name, _state.Phase.GetType().Name, input.GetType().Name);
    }

    private void Run(VolumeEffect effect)
    {
        switch (effect)
        {
            case VolumeEffect.Publish:
                // The state is what GetStatus answers from.
                break;
            case VolumeEffect.Store store:
                Store(store);
                break;
            case VolumeEffect.Activate activate:
                Activate(activate);
                break;
            case VolumeEffect.Deactivate deactivate:
                Deactivate(deactivate.Attempt);
                break;
            case VolumeEffect.Withdraw:
                LetGo();
                break;
            case VolumeEffect.ReplaceTarget replace:
                _ = _setup.Host.ReplaceAsync(replace.RegionSet, replace.Old, replace.New).PipeTo(
                    Self,
                    success: outcome => new VolumeInput.RegionSetReplaced(replace.Request, outcome),
                    failure: error => new VolumeInput.RegionSetReplaced(replace.Request, Broken(error)));
                break;
            case VolumeEffect.Answer answer:
                Answer(answer);
                break;
            case VolumeEffect.Report report:
                Report(report.What);
                break;
            default:
                throw new UnreachableException(effect.ToString());
        }
    }

    private void Activate(VolumeEffect.Activate activate)
    {
        if (_activation.IsCancellationRequested)
            _activation = new CancellationTokenSource();
        _ = _setup.Host.ActivateAsync(activate.RegionSet, activate.Generation, _activation.Token).PipeTo<ActivationResult>(
            Self,
            success: result => result.Error is { } error
                ? new VolumeInput.Failed(activate.Attempt, activate.RegionSet, error)
                : new VolumeInput.Activated(activate.Attempt, activate.RegionSet),
            failure: error => new VolumeInput.Failed(
                activate.Attempt, activate.RegionSet, Crucible.Wire.CrucibleError.Io(error.Message)));
    }

    private void Deactivate(Attempt attempt)
    {
        Timers.StartSingleTimer(GraceTimer, new VolumeInput.GraceElapsed(attempt), _setup.Grace);
        foreach (var regionSet in RegionSets())
        {
            _ = _setup.Host.DeactivateAsync(regionSet, _setup.Grace).PipeTo(
                Self,
                success: () => new VolumeInput.Deactivated(attempt, regionSet),
                failure: error => new VolumeInput.Failed(attempt, regionSet, Crucible.Wire.CrucibleError.Io(error.Message)));
        }
    }

    /// <summary>Every region set lets go, whatever it is doing. Nobody waits for it.</summary>
    private void LetGo()
    {
        _activation.Cancel();
        Timers.Cancel(GraceTimer);
        foreach (var regionSet in RegionSets())
            _ = _setup.Host.DeactivateAsync(regionSet, TimeSpan.Zero).PipeTo(Context.System.DeadLetters);
    }

    private IEnumerable<RegionSetIndex> RegionSets() =>
        Enumerable.Range(0, _setup.Host.Status.Length).Select(index => new RegionSetIndex(index));

    private void Answer(VolumeEffect.Answer answer)
    {
        if (!_askers.Remove(answer.Request, out var asker))
            throw new UnreachableException($"{answer.Request} answered twice");
        asker.Tell(answer.Result switch
        {
            VolumeReplaceAnswer.Accepted accepted => new VmProtocol.VcrReplaced(accepted.Result),
            VolumeReplaceAnswer.Refused { Kind: VolumeRefusalKind.Gone } => new VmProtocol.Refused(ApiError.VmDestroyed),
            VolumeReplaceAnswer.Refused { Kind: VolumeRefusalKind.Temporary } refused => new VmProtocol.Refused(
                ApiError.DiskTemporarilyRefused(refused.Code, refused.Text, RetryAfter)),
            VolumeReplaceAnswer.Refused refused => new VmProtocol.Refused(ApiError.DiskRefused(refused.Code, refused.Text)),
            var other => throw new UnreachableException($"{other}"),
        });
    }

    private void Report(VolumeReport what) => _setup.Listener.Tell(what switch
    {
        VolumeReport.VolumeActive => new VolumeProtocol.Report.Active(_setup.Disk),
        VolumeReport.VolumeInactive inactive => new VolumeProtocol.Report.Inactive(_setup.Disk, inactive.Flushed),
        VolumeReport.VolumeFailed failed => new VolumeProtocol.Report.Failed(_setup.Disk, failed.Reason.Error.Describe()),
        _ => throw new UnreachableException($"{what}"),
    });

    private static ReplaceOutcome Broken(Exception error) =>
        new ReplaceOutcome.Refused(RefusalDuration.Temporary, Crucible.Wire.CrucibleError.Io(error.Message));
}
