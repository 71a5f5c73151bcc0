using System.Diagnostics;
using Propolis.Core.Lifecycle;
using Propolis.Core.Migration;
using Propolis.Core.Serial;
using Propolis.Core.Spec;

namespace Propolis.Core.Tests.Migration;

/// <summary>
/// Both ends of a migration and both VMs, joined: every machine decides, and what each asks of its service is answered here. The
/// test says when the way is cut, and what the disks do.
/// </summary>
internal sealed class MigrationPair
{
    public static readonly Guid Id = Guid.Parse("dddddddd-0000-4000-8000-000000000002");
    public static readonly SpecKey Disk = SpecKey.Parse("a");
    private static readonly VmOptions Options = new();
    private static readonly DateTimeOffset Now = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Queue<Action> _work = [];
    private readonly MigrationDialect _dialect;
    private MigrationSourceState _source;
    private MigrationTargetState _target;
    private int _sent;

    /// <summary>A pair whose source's guest runs and whose target has just been asked for.</summary>
    public MigrationPair(MigrationDialect dialect = MigrationDialect.HandOver)
    {
        _dialect = dialect;
        SourceVm = Take(VmMachine.Initial(Now), new VmInput.Ensured([Disk]), new VmInput.Built(),
            new VmInput.RunRequested(new(1)), new VmInput.VolumeActive(Disk), new VmInput.MachineStarted(new(1)));
        TargetVm = Take(VmMachine.Initial(Now), new VmInput.TargetEnsured(Id));
        (_source, _) = MigrationSource.Begin(Id, new SpecTexts("spec", "spec"), MigrationLimits.Default);
        (_target, _) = MigrationTarget.Begin(Id, "10.0.0.2:12400", MigrationLimits.Default);
    }

    public VmState SourceVm { get; private set; }

    public VmState TargetVm { get; private set; }

    public SourceStep SourceStep => _source.Step;

    public TargetStep TargetStep => _target.Step;

    /// <summary>Messages that went over the way.</summary>
    public int Sent => _sent;

    /// <summary>The way is cut before this message arrives; both ends hear of it.</summary>
    public int CutBefore { get; init; } = int.MaxValue;

    /// <summary>The target's disks never become active.</summary>
    public bool TargetIsCutOffFromDisks { get; init; }

    /// <summary>How often the source's disks change their configuration while they are handed over.</summary>
    public int ReplacementsLeft { get; set; }

    /// <summary>What the source's service answers when asked apart; null when it cannot be reached.</summary>
    public bool SourceCanBeAsked { get; init; } = true;

    public List<MigrationState> SourcePublished { get; } = [];

    public List<MigrationState> TargetPublished { get; } = [];

    /// <summary>Who has let the guest run since the source's was paused.</summary>
    public List<string> Ran { get; } = [];

    /// <summary>Whose disks are active, and with which generation.</summary>
    public (string Owner, ulong Generation) Fence { get; private set; } = ("source", 1);

    public bool IsCut { get; private set; }

    /// <summary>Runs until nobody has anything to do; then limits elapse, the shorter first, until that changes nothing.</summary>
    public MigrationPair Run()
    {
        Source(new MigrationInput.OfVm(MigrationNews.Admitted));
        TellSource(new VmInput.MigrateOutRequested(new(2), Id));
        Target(new MigrationInput.LinkOpen());
        Drain();
        for (var i = 0; i < 20; i++)
        {
            Source(new MigrationInput.Elapsed(_source.Wait));
            Target(new MigrationInput.Elapsed(_target.Wait));
            Drain();
            if (SourceVm is VmState.Reclaiming reclaiming)
                TellSource(new VmInput.ReclaimLimitElapsed(reclaiming.Limit));
            Drain();
        }

        return this;
    }

    public void Source(MigrationInput input)
    {
        (_source, var effects) = MigrationSource.Step(_source, input, MigrationLimits.Default);
        foreach (var effect in effects)
            OfSource(effect);
    }

    public void Target(MigrationInput input)
    {
        (_target, var effects) = MigrationTarget.Step(_target, input, MigrationLimits.Default);
        foreach (var effect in effects)
            OfTarget(effect);
    }

    public void Drain()
    {
        while (_work.TryDequeue(out var act))
            act();
    }

    private void OfSource(MigrationEffect effect)
    {
        switch (effect)
        {
            case MigrationEffect.SendWord w:
                Carry(() => Target(new MigrationInput.Word(w.Text)));
                break;
            case MigrationEffect.Send s:
                Carry(() => Target(new MigrationInput.Said(Copy(s.Frame))));
                break;
            case MigrationEffect.Publish p:
                SourcePublished.Add(p.State);
                break;
            case MigrationEffect.TellVm t:
                TellSource(t.Input);
                break;
            case MigrationEffect.FlushDisks:
                Later(() => Source(new MigrationInput.DisksFlushed()));
                break;
            case MigrationEffect.ExportGuest:
                Later(() => Source(new MigrationInput.GuestExported(
                    new MachineImage(new byte[3 * GuestPages.OfferPagesMax * GuestPages.PageBytes / 2], [new DeviceState("com1", "x")]))));
                break;
            case MigrationEffect.ExportConsole:
                Later(() => Source(new MigrationInput.ConsoleExported(new SerialKept(1, [], [7]))));
                break;
            case MigrationEffect.ReadDisks:
                Later(() => Source(new MigrationInput.DisksRead([Handed()])));
                break;
            case MigrationEffect.SealDisks:
                var changed = ReplacementsLeft-- > 0;
                Later(() => Source(new MigrationInput.DisksRead([Handed() with { Revision = changed ? 100UL + (ulong)ReplacementsLeft : Handed().Revision }])));
                break;
            case MigrationEffect.UnsealDisks or MigrationEffect.Arm or MigrationEffect.End:
                break;
            default:
                throw new UnreachableException($"{effect}");
        }
    }

    private HandOverDisk Handed() => new(Disk, "vcr", Revision: 1, Runs: 1);

    private void OfTarget(MigrationEffect effect)
    {
        switch (effect)
        {
            case MigrationEffect.SendWord w:
                var offer = _dialect == MigrationDialect.HandOver ? w.Text : MigrationDialects.Word(MigrationDialect.Plain);
                Carry(() => Source(new MigrationInput.Word(offer)));
                break;
            case MigrationEffect.Send s:
                Carry(() => Source(new MigrationInput.Said(Copy(s.Frame))));
                break;
            case MigrationEffect.Publish p:
                TargetPublished.Add(p.State);
                break;
            case MigrationEffect.TellVm t:
                TellTarget(t.Input);
                break;
            case MigrationEffect.BuildVm:
                TellTarget(new VmInput.TargetBuilt([Disk]));
                Later(() => Target(new MigrationInput.VmBuilt()));
                break;
            case MigrationEffect.ImportGuest i:
                Assert.Equal(3 * GuestPages.OfferPagesMax * GuestPages.PageBytes / 2, i.Image.Memory.Length);
                Later(() => Target(new MigrationInput.GuestImported()));
                break;
            case MigrationEffect.ImportConsole:
                Later(() => Target(new MigrationInput.ConsoleImported()));
                break;
            case MigrationEffect.TakeDisks:
                Later(() => Target(new MigrationInput.DisksTaken(5)));
                break;
            case MigrationEffect.AskOutcome:
                Later(AskOutcome);
                break;
            case MigrationEffect.Arm or MigrationEffect.End:
                break;
            default:
                throw new UnreachableException($"{effect}");
        }
    }

    private void AskOutcome()
    {
        if (SourceCanBeAsked && SourcePublished is [.., MigrationState.Finish or MigrationState.Error])
            Target(new MigrationInput.OutcomeHeard(SourcePublished[^1] == MigrationState.Finish));
    }

    /// <summary>One message over the way, unless it is cut before it.</summary>
    private void Carry(Action arrive)
    {
        if (IsCut)
            return;
        if (++_sent < CutBefore)
        {
            _work.Enqueue(arrive);
            return;
        }

        IsCut = true;
        Later(() => Source(new MigrationInput.LinkLost("cut")));
        Later(() => Target(new MigrationInput.LinkLost("cut")));
    }

    private void Later(Action act) => _work.Enqueue(act);

    private static MigrationFrame Copy(MigrationFrame frame) =>
        MigrationFrameCodec.TryRead(MigrationFrameCodec.Write(frame), out var copy) ? copy : throw new UnreachableException($"{frame}");

    private void TellSource(VmInput input)
    {
        (SourceVm, var effects) = VmMachine.Step(SourceVm, input, Now, Options);
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case VmEffect.PauseMachine p:
                    Later(() => TellSource(new VmInput.MachinePaused(p.Attempt)));
                    break;
                case VmEffect.ResumeMachine r:
                    Ran.Add("source");
                    Later(() => TellSource(new VmInput.MachineResumed(r.Attempt)));
                    break;
                case VmEffect.ReclaimVolumes r:
                    Later(() => Reclaim(r.GenerationMin));
                    break;
                case VmEffect.TellMigration t:
                    Later(() => Source(new MigrationInput.OfVm(t.News)));
                    break;
                case VmEffect.AbortMigration a:
                    Later(() => Source(new MigrationInput.Aborted(a.Reason)));
                    break;
            }
        }
    }

    /// <summary>The servers give the disk to whoever has the higher generation, and the other finds it lost.</summary>
    private void Reclaim(ulong generation)
    {
        if (generation <= Fence.Generation)
            return;
        var wasTargets = Fence.Owner == "target";
        Fence = ("source", generation);
        if (wasTargets)
            Later(() => TellTarget(new VmInput.VolumeFailed(Disk, "overtaken")));
        TellSource(new VmInput.VolumeActive(Disk));
    }

    private void TellTarget(VmInput input)
    {
        (TargetVm, var effects) = VmMachine.Step(TargetVm, input, Now, Options);
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case VmEffect.DemandVolumes { Active: true } when !TargetIsCutOffFromDisks:
                    Later(() =>
                    {
                        Fence = ("target", 5);
                        TellTarget(new VmInput.VolumeActive(Disk));
                    });
                    break;
                case VmEffect.ResumeMachine r:
                    Ran.Add("target");
                    Later(() => TellTarget(new VmInput.MachineResumed(r.Attempt)));
                    break;
                case VmEffect.TellMigration t:
                    Later(() => Target(new MigrationInput.OfVm(t.News)));
                    break;
                case VmEffect.AbortMigration a:
                    Later(() => Target(new MigrationInput.Aborted(a.Reason)));
                    break;
            }
        }
    }

    private static VmState Take(VmState state, params ReadOnlySpan<VmInput> inputs)
    {
        foreach (var input in inputs)
            (state, _) = VmMachine.Step(state, input, Now, Options);
        return state;
    }
}
