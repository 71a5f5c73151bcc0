using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using Propolis.Core.Api;
using Propolis.Core.Lifecycle;
using Propolis.Machines;
using PropolisActors.Protocols;

namespace PropolisActors.Actors;

/// <summary>
/// Runs one VM's <see cref="VmMachine"/>: turns messages into inputs and carries out the effects. Owns the machine;
/// never touches a VCR and never waits for a disk.
/// </summary>
public sealed partial class Lifecycle : ReceiveActor, IWithTimers
{
    private const string StopGraceTimer = "stop-grace";
    private const string ReclaimTimer = "reclaim-limit";

    private readonly VmOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<RequestId, IActorRef> _askers = [];
    private VmState _state;
    private IMachine? _machine;
    private Attempt _lastAttempt = Attempt.None;
    private long _lastRequest;
    private IActorRef _migration = ActorRefs.Nobody;

    public Lifecycle(VmOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _state = VmMachine.Initial(time.GetUtcNow());

        Receive<LifecycleProtocol.Begin>(OnBegin);
        Receive<LifecycleProtocol.BeginTarget>(OnBeginTarget);
        Receive<LifecycleProtocol.TargetBuilt>(OnTargetBuilt);
        Receive<LifecycleProtocol.PutState>(OnPutState);
        Receive<LifecycleProtocol.MigrateOut>(OnMigrateOut);
        Receive<LifecycleProtocol.FromMigration>(OnFromMigration);
        Receive<LifecycleProtocol.ExportGuest>(OnExportGuest);
        Receive<LifecycleProtocol.ImportGuest>(OnImportGuest);
        Receive<VolumeProtocol.Report.Active>(m => Apply(new VmInput.VolumeActive(m.Disk)));
        Receive<VolumeProtocol.Report.Inactive>(m => Apply(new VmInput.VolumeInactive(m.Disk, m.Flushed)));
        Receive<VolumeProtocol.Report.Failed>(m => Apply(new VmInput.VolumeFailed(m.Disk, m.Why)));
        Receive<LifecycleProtocol.FromMachine>(OnMachineEvent);
        Receive<LifecycleProtocol.InjectNmi>(_ => _machine?.InjectNmi());
        Receive<VmInput>(Apply);
    }

    /// <summary>Set by the factory of actors; the machine's events come in as messages.</summary>
    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(VmOptions options, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new Lifecycle(options, time));

    protected override void PostStop()
    {
        // A lifecycle that crashed must not leave a guest running that nobody controls.
        if (_machine is { } machine)
            _ = machine.DisposeAsync().AsTask().PipeTo(Context.System.DeadLetters);
    }

    private void OnBegin(LifecycleProtocol.Begin begin)
    {
        _machine = begin.Machine;
        Apply(new VmInput.Ensured(begin.Disks));
        Apply(begin.BuildFailure is { } why ? new VmInput.BuildFailed(why) : new VmInput.Built());
    }

    private RequestId NewRequest(IActorRef replyTo)
    {
        var request = new RequestId(++_lastRequest);
        _askers.Add(request, replyTo);
        return request;
    }

    private void OnPutState(LifecycleProtocol.PutState command)
    {
        var request = NewRequest(command.ReplyTo);
        Apply(command.State switch
        {
            StateRequest.Run => new VmInput.RunRequested(request),
            StateRequest.Stop => new VmInput.StopRequested(request),
            StateRequest.Reboot => new VmInput.RebootRequested(request),
            _ => throw new UnreachableException($"{command.State}"),
        });
    }

    private void OnMachineEvent(LifecycleProtocol.FromMachine message)
    {
        switch (message.Event)
        {
            case MachineEvent.GuestPoweredOff:
                Apply(new VmInput.GuestPowerOff());
                break;
            case MachineEvent.GuestReset:
                Apply(new VmInput.GuestReset());
                break;
            case MachineEvent.GuestPanicked panic:
                _log.Warning("guest panicked: {0}", panic.Reason);
                Apply(new VmInput.GuestPanic());
                break;
            case MachineEvent.Failed failed:
                Apply(new VmInput.MachineFailed(_lastAttempt, failed.Reason));
                break;
            default:
                throw new UnreachableException($"{message.Event}");
        }
    }

    private void Apply(VmInput input)
    {
        var before = _state;
        (_state, var effects) = VmMachine.Step(_state, input, _time.GetUtcNow(), _options);
        foreach (var effect in effects)
            Run(effect);
        if (!before.WaitsFor.Equals(_state.WaitsFor) || before.Failure != _state.Failure)
            TellFacts();
        if (!before.GetType().Equals(_state.GetType()))
            _log.Info("{0} -> {1} by {2}", before.GetType().Name, _state.GetType().Name, input.GetType().Name);
    }

    private void Run(VmEffect effect)
    {
        switch (effect)
        {
            case VmEffect.Publish publish:
                // The reason goes ahead of the state, so that whoever sees Failed can read why.
                TellFacts();
                Context.Parent.Tell(new LifecycleProtocol.Published(publish.State, _time.GetUtcNow()));
                break;
            case VmEffect.PublishMigrating migrating:
                TellFacts();
                Context.Parent.Tell(new LifecycleProtocol.PublishedMigrating(
                    migrating.Direction, migrating.Migration, _time.GetUtcNow()));
                break;
            case VmEffect.Answer answer:
                Answer(answer);
                break;
            case VmEffect.DemandVolumes demand:
                Context.Parent.Tell(new LifecycleProtocol.DemandVolumes(demand.Active));
                break;
            case VmEffect.ForceVolumesInactive:
                Context.Parent.Tell(new LifecycleProtocol.ForceVolumes());
                break;
            case VmEffect.StartMachine start:
                Tell(start.Attempt, (machine, ct) => machine.StartAsync(ct), new VmInput.MachineStarted(start.Attempt));
                break;
            case VmEffect.ResetMachine reset:
                Tell(reset.Attempt, (machine, ct) => machine.ResetAsync(ct), new VmInput.MachineReset(reset.Attempt));
                break;
            case VmEffect.HaltMachine halt:
                Tell(halt.Attempt, (machine, ct) => machine.HaltAsync(halt.Grace, ct), new VmInput.MachineHalted(halt.Attempt));
                break;
            case VmEffect.PauseMachine pause:
                Tell(pause.Attempt, (machine, ct) => machine.PauseAsync(ct), new VmInput.MachinePaused(pause.Attempt));
                break;
            case VmEffect.ResumeMachine resume:
                Tell(resume.Attempt, (machine, ct) => machine.ResumeAsync(ct), new VmInput.MachineResumed(resume.Attempt));
                break;
            case VmEffect.ReclaimVolumes reclaim:
                Context.Parent.Tell(new LifecycleProtocol.ReclaimVolumes(reclaim.GenerationMin));
                break;
            case VmEffect.ArmReclaimLimit limit:
                Timers.StartSingleTimer(ReclaimTimer, new VmInput.ReclaimLimitElapsed(limit.Attempt), limit.Limit);
                break;
            case VmEffect.TellMigration tell:
                _migration.Tell(new MigrationProtocol.FromVm(tell.News));
                break;
            case VmEffect.AbortMigration abort:
                _migration.Tell(new MigrationProtocol.Abort(abort.Reason));
                break;
            case VmEffect.ArmStopGrace grace:
                Timers.StartSingleTimer(StopGraceTimer, new VmInput.StopGraceElapsed(grace.Attempt), grace.Grace);
                break;
            case VmEffect.NoteGuestPanic:
                break;
            case VmEffect.End:
                End();
                break;
            default:
                throw new UnreachableException(effect.ToString());
        }
    }

    /// <summary>Tells the machine to do something. Its answer comes back as an input that names the attempt.</summary>
    private void Tell(Attempt attempt, Func<IMachine, CancellationToken, Task> action, VmInput success)
    {
        _lastAttempt = attempt;
        _ = action(_machine!, CancellationToken.None).PipeTo(
            Self,
            success: () => success,
            failure: error => new VmInput.MachineFailed(attempt, error.Message));
    }

    private void Answer(VmEffect.Answer answer)
    {
        if (!_askers.Remove(answer.Request, out var asker))
            throw new UnreachableException($"{answer.Request} answered twice");
        asker.Tell(answer.What switch
        {
            StateChangeAnswer.Accepted => new VmProtocol.StateAccepted(),
            StateChangeAnswer.Denied denied => new VmProtocol.Refused(ApiError.StateChangeForbidden(denied.Reason)),
            StateChangeAnswer.NoInstance => new VmProtocol.Refused(ApiError.NoInstance),
            var other => throw new UnreachableException($"{other}"),
        });
    }

    private void TellFacts() => Context.Parent.Tell(
        new LifecycleProtocol.Facts(_state.WaitsFor, _state.Failure, (_state as VmState.Ended)?.Outcome));

    private void End()
    {
        Timers.Cancel(StopGraceTimer);
        Timers.Cancel(ReclaimTimer);
        Context.Parent.Tell(new LifecycleProtocol.Ended());
    }
}
