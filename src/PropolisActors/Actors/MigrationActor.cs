using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Propolis.Core.Lifecycle;
using Propolis.Core.Migration;
using Propolis.Core.Spec;
using PropolisActors.Protocols;

namespace PropolisActors.Actors;

// Runs one end of a migration: turns messages into inputs and carries out the effects. It owns neither the VM nor its
// disks; MigrationActor.Disks.cs asks those.

/// <summary>One end of one migration.</summary>
internal sealed partial class MigrationActor : ReceiveActor, IWithTimers
{
    private const string LimitTimer = "limit";

    private readonly MigrationRun _run;
    private readonly IActorRef _lifecycle;
    private readonly IActorRef _link;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef _console;
    private bool _isOver;

    public MigrationActor(MigrationRun run, IActorRef lifecycle, IActorRef console, IActorRef link,
        ImmutableSortedDictionary<SpecKey, IActorRef> volumes)
    {
        (_run, _lifecycle, _console, _link, _volumes) = (run, lifecycle, console, link, volumes);

        Receive<MigrationProtocol.LinkOpen>(_ => Apply(new MigrationInput.LinkOpen()));
        Receive<MigrationProtocol.LinkLost>(m => Apply(new MigrationInput.LinkLost(m.Why)));
        Receive<MigrationProtocol.Word>(m => OfPeer(new MigrationInput.Word(m.Text)));
        Receive<MigrationProtocol.Frame>(m => OfPeer(new MigrationInput.Said(m.What)));
        Receive<MigrationProtocol.Outcome>(m => Apply(new MigrationInput.OutcomeHeard(m.Finished)));
        Receive<MigrationProtocol.FromVm>(m => Apply(new MigrationInput.OfVm(m.News)));
        Receive<MigrationProtocol.Abort>(m => Apply(new MigrationInput.Aborted(m.Reason)));
        Receive<MigrationProtocol.Built>(OnBuilt);
        Receive<VolumeProtocol.Flushed>(OnFlushed);
        Receive<HandOverDisk>(OnDiskRead);
        Receive<VmProtocol.VcrReplaced>(_ => TakeNext());
        Receive<VmProtocol.StateAccepted>(_ => { });
        Receive<VmProtocol.Refused>(OnRefused);
        Receive<MigrationInput>(Apply);
    }

    /// <summary>Set by the factory of actors.</summary>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>The recipe for one.</summary>
    /// <param name="run">Which end, not begun yet.</param>
    /// <param name="lifecycle">Of the VM.</param>
    /// <param name="console">Of the VM; nobody when it is not built yet.</param>
    /// <param name="link">The way to the peer.</param>
    /// <param name="volumes">Of the VM; empty when it is not built yet.</param>
    public static Props Props(MigrationRun run, IActorRef lifecycle, IActorRef console, IActorRef link,
        ImmutableSortedDictionary<SpecKey, IActorRef> volumes) =>
        Akka.Actor.Props.Create(() => new MigrationActor(run, lifecycle, console, link, volumes));

    protected override void PreStart()
    {
        foreach (var effect in _run.Start)
            Run(effect);
    }

    protected override void PostStop() => _link.Tell(new MigrationProtocol.Close());

    private void OfPeer(MigrationInput input)
    {
        _link.Tell(new MigrationProtocol.Taken());
        Apply(input);
    }

    private void OnBuilt(MigrationProtocol.Built built)
    {
        (_volumes, _console) = (built.Volumes, built.Console);
        Apply(new MigrationInput.VmBuilt());
    }

    private void OnRefused(VmProtocol.Refused refused)
    {
        if (_isTaking)
            Apply(new MigrationInput.NotDone($"a disk refused its new configuration: {refused.Why.ErrorCode}"));
        else if (!_isOver)
            BeOver();  // The VM does not let the migration begin: nothing was told to anyone.
    }

    private void Apply(MigrationInput input)
    {
        foreach (var effect in _run.Step(input))
            Run(effect);
    }

    private void Run(MigrationEffect effect)
    {
        switch (effect)
        {
            case MigrationEffect.SendWord word:
                _link.Tell(new MigrationProtocol.SendWord(word.Text));
                break;
            case MigrationEffect.Send send:
                _link.Tell(new MigrationProtocol.Send(send.Frame));
                break;
            case MigrationEffect.Publish publish:
                Context.Parent.Tell(new MigrationProtocol.Progress(
                    _run.Direction, new MigrationStatus(_run.Migration, publish.State)));
                break;
            case MigrationEffect.TellVm tell:
                Note(tell.Input);
                _lifecycle.Tell(new LifecycleProtocol.FromMigration(tell.Input));
                break;
            case MigrationEffect.Arm arm:
                Timers.StartSingleTimer(LimitTimer, new MigrationInput.Elapsed(arm.Wait), arm.Limit);
                break;
            case MigrationEffect.ExportGuest:
                _lifecycle.Tell(new LifecycleProtocol.ExportGuest());
                break;
            case MigrationEffect.ImportGuest import:
                _lifecycle.Tell(new LifecycleProtocol.ImportGuest(import.Image));
                break;
            case MigrationEffect.ExportConsole export:
                _console.Tell(new SerialConsole.Move(export.Destination));
                break;
            case MigrationEffect.ImportConsole import:
                _console.Tell(new SerialConsole.Take(import.History));
                break;
            case MigrationEffect.BuildVm build:
                Build(build);
                break;
            case MigrationEffect.AskOutcome:
                _link.Tell(new MigrationProtocol.AskOutcome());
                break;
            case MigrationEffect.End:
                BeOver();
                break;
            default:
                RunOnDisks(effect);
                break;
        }
    }

    private void Build(MigrationEffect.BuildVm build)
    {
        if (MigrationText.ReadSpec(build.SpecText, build.Dialect) is { } spec)
            Context.Parent.Tell(new MigrationProtocol.Build(spec));
        else
            Self.Tell(new MigrationInput.NotDone("the source's spec cannot be read"));
    }

    private void BeOver()
    {
        _isOver = true;
        Context.Parent.Tell(new MigrationProtocol.Over());
        Context.Stop(Self);
    }

    private void Note(VmInput input)
    {
        if (input is VmInput.MigrationOutFailed failed)
            _log.Warning("migration {0} out failed; reclaiming: {1}", _run.Migration, failed.ReclaimGeneration is not null);
        else if (input is VmInput.MigrationInFailed { Reason: var reason })
            _log.Warning("migration {0} in: {1}", _run.Migration, reason);
        else
            _log.Info("migration {0} {1}: {2}", _run.Migration, _run.Direction, input.GetType().Name);
    }
}
