using System.Globalization;
using Propolis.Core.Lifecycle;
using Propolis.Core.Spec;

namespace Propolis.Core.Tests.Lifecycle;

/// <summary>Drives one VM and keeps what it published and asked for.</summary>
internal sealed class VmRun
{
    public static readonly SpecKey A = SpecKey.Parse("a");
    public static readonly SpecKey B = SpecKey.Parse("b");
    public static readonly DateTimeOffset Start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly TimeSpan Grace = new VmOptions().StopGrace;

    private DateTimeOffset _now = Start;
    private PublishedState? _published;

    public static readonly Guid MigrationId = Guid.Parse("dddddddd-0000-4000-8000-000000000001");

    public VmRun(params ReadOnlySpan<SpecKey> disks)
    {
        State = VmMachine.Initial(_now);
        Take(new VmInput.Ensured(ValueList.Create(disks)), new VmInput.Built());
    }

    private VmRun() => State = VmMachine.Initial(_now);

    /// <summary>A VM that waits for its source.</summary>
    public static VmRun Target() => new VmRun().Take(new VmInput.TargetEnsured(MigrationId));

    /// <summary>A VM whose source's guest is coming in.</summary>
    public static VmRun Importing(params ReadOnlySpan<SpecKey> disks) =>
        Target().Take(new VmInput.TargetBuilt(ValueList.Create(disks)));

    /// <summary>A VM that leaves, with its guest still running.</summary>
    public static VmRun Leaving(params ReadOnlySpan<SpecKey> disks) => new VmRun(disks).Take(Run()).Settle().Take(
        new VmInput.MigrateOutRequested(new(4), MigrationId), new VmInput.MigrationOutBegun(MigrationId));

    /// <summary>A VM that leaves, with its guest standing still.</summary>
    public static VmRun Paused(params ReadOnlySpan<SpecKey> disks) => Leaving(disks).Take(
        new VmInput.PauseWanted(MigrationId), new VmInput.MachinePaused(new(2)));

    public VmState State { get; private set; }

    /// <summary>Effects of the latest input.</summary>
    public ValueList<VmEffect> Effects { get; private set; } = [];

    /// <summary>Effects of the whole life.</summary>
    public List<VmEffect> AllEffects { get; } = [];

    /// <summary>Everything published, as "1 Creating, 2 Starting".</summary>
    public string Published => string.Join(", ", _published!.History.Entries
        .Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Gen} {e.State}")));

    public VmRun Take(params ReadOnlySpan<VmInput> inputs)
    {
        foreach (var input in inputs)
        {
            _now += TimeSpan.FromSeconds(1);
            (State, Effects) = VmMachine.Step(State, input, _now, new VmOptions());
            AllEffects.AddRange(Effects);
            foreach (var effect in Effects)
            {
                if (effect is VmEffect.Publish publish)
                    _published = _published?.Next(publish.State, _now) ?? PublishedState.First(publish.State, _now);
                else if (effect is VmEffect.PublishMigrating migrating)
                    _published = PublishedState.Migrating(_published, migrating.Direction, migrating.Migration, _now);
            }
        }

        return this;
    }

    /// <summary>Answers whatever the machine and the volumes are asked to do, until nothing is asked.</summary>
    public VmRun Settle()
    {
        while (Reply() is { } reply)
            Take(reply);
        return this;
    }

    private VmInput? Reply() => State switch
    {
        VmState.Starting s => new VmInput.VolumeActive(s.Inactive[0]),
        VmState.Booting { IsImported: true } s => new VmInput.MachineResumed(s.Last),
        VmState.Booting s => new VmInput.MachineStarted(s.Last),
        VmState.Resuming s => new VmInput.MachineResumed(s.Last),
        VmState.Reclaiming s => new VmInput.VolumeActive(s.Inactive[0]),
        VmState.Rebooting s => new VmInput.MachineReset(s.Last),
        VmState.Halting s => new VmInput.MachineHalted(s.Last),
        VmState.Releasing s => new VmInput.VolumeInactive(s.Held[0]),
        _ => null,
    };

    public static VmInput Run(long id = 1) => new VmInput.RunRequested(new(id));

    public static VmInput Stop(long id = 2) => new VmInput.StopRequested(new(id));

    public static VmInput Reboot(long id = 3) => new VmInput.RebootRequested(new(id));

    public static VmEffect Accepted(long id) => new VmEffect.Answer(new(id), new StateChangeAnswer.Accepted());

    public static VmEffect Denied(long id, DenialReason why) =>
        new VmEffect.Answer(new(id), new StateChangeAnswer.Denied(why));

    public static VmEffect Publish(InstanceState state) => new VmEffect.Publish(state);
}
