using Crucible.Core.Upstairs;
using Crucible.Core.Volumes;
using Propolis.Core.Spec;
using PropolisActors.Protocols;

namespace PropolisActors.Events;

// Compares what a volume shows with what it showed at the last look, and says what changed. A region set that went through
// several states between two looks is told of once, with where it is now; that a repair began and ended in between shows in
// its counters. Used by the volume's actor only, from its handlers.

/// <summary>Turns looks at one volume into events.</summary>
/// <param name="vm">Whose volume.</param>
/// <param name="disk">Which.</param>
/// <param name="time">Stamps the events.</param>
public sealed class VolumeWatch(VmName vm, SpecKey disk, TimeProvider time)
{
    /// <summary>A repair is told of this often between its start and its end, whatever its size.</summary>
    public const int ProgressStepsMax = 20;

    private readonly Dictionary<RegionSetIndex, RegionSetStatus> _seen = [];
    private Type _phase = typeof(VolumePhase.Idle);
    private VolumeReplacement? _replacement;

    /// <summary>The volume's phase as it is now.</summary>
    public IEnumerable<ServiceEvent> Look(VolumePhase phase)
    {
        if (phase.GetType() == _phase)
            return [];
        _phase = phase.GetType();
        return [new ServiceEvent.VolumeChanged(vm, time.GetUtcNow(), disk, phase)];
    }

    /// <summary>The record that is stored now.</summary>
    public IEnumerable<ServiceEvent> Look(VolumeRecord record)
    {
        if (record.LastReplacement is not { } last || last.Equals(_replacement))
            return [];
        var at = time.GetUtcNow();
        var isKnown = _replacement is { InSync: false } before && before with { InSync = true } == last;
        _replacement = last;
        var accepted = Of(last, record.Revision, at, isInSync: false);
        var inSync = Of(last, record.Revision, at, isInSync: true);
        return (isKnown, last.InSync) switch
        {
            (true, _) => [inSync],
            (false, true) => [accepted, inSync],
            (false, false) => [accepted],
        };
    }

    /// <summary>One region set as it is now.</summary>
    public IEnumerable<ServiceEvent> Look(RegionSetIndex regionSet, RegionSetStatus status)
    {
        var before = _seen.GetValueOrDefault(regionSet);
        _seen[regionSet] = status;
        var at = time.GetUtcNow();
        foreach (var slot in status.Slots)
        {
            if (before is null || IsNews(before.Slots[slot.Slot.Value], slot))
                yield return new ServiceEvent.SlotChanged(vm, at, disk, regionSet, slot);
        }

        ServiceEvent Told(RepairKind kind, RepairChange change, RepairProgress? progress) =>
            new ServiceEvent.RepairChanged(vm, at, disk, regionSet, kind, change, progress);

        foreach (var (change, progress) in Repair(
            before?.Reconciliation, status.Reconciliation, completed: 0, Risen(before?.ReconciliationsAborted, status.ReconciliationsAborted)))
            yield return Told(RepairKind.Reconciliation, change, progress);
        foreach (var (change, progress) in Repair(
            before?.LiveRepair,
            status.LiveRepair,
            Risen(Sum(before, static slot => slot.LiveRepairsCompleted), Sum(status, static slot => slot.LiveRepairsCompleted)),
            Risen(Sum(before, static slot => slot.LiveRepairsAborted), Sum(status, static slot => slot.LiveRepairsAborted))))
            yield return Told(RepairKind.LiveRepair, change, progress);
    }

    private ServiceEvent.ReplacementChanged Of(VolumeReplacement last, VcrRevision revision, DateTimeOffset at, bool isInSync) =>
        new(vm, at, disk, last.Where, last.Old, last.New, revision, isInSync);

    /// <summary>What one kind of repair did between two looks.</summary>
    /// <param name="completed">Slots made whole in between; reconciliation has no such count.</param>
    /// <param name="aborted">Repairs given up in between.</param>
    private static IEnumerable<(RepairChange Change, RepairProgress? Progress)> Repair(
        RepairProgress? before, RepairProgress? now, ulong completed, ulong aborted)
    {
        var isSame = before is not null && now is not null && before.Since == now.Since;
        if (isSame)
        {
            if (Step(before!) != Step(now!))
                yield return (RepairChange.Progressed, now);
            yield break;
        }

        if (before is not null)
            yield return aborted > 0 ? (RepairChange.Aborted, before) : (RepairChange.Completed, WholeOf(before));
        else if (completed + aborted > 0)
        {
            yield return (RepairChange.Started, null);
            yield return (aborted > 0 ? RepairChange.Aborted : RepairChange.Completed, null);
        }

        if (now is not null)
            yield return (RepairChange.Started, now);
    }

    /// <summary>What was left at the last look was done since, or it would not be complete.</summary>
    private static RepairProgress WholeOf(RepairProgress last) => last with { ExtentsDone = last.ExtentsNeeded };

    private static int Step(RepairProgress progress) => progress.ExtentsNeeded == 0
        ? ProgressStepsMax
        : (int)((long)progress.ExtentsDone * ProgressStepsMax / progress.ExtentsNeeded);

    private static bool IsNews(SlotStatus before, SlotStatus now) =>
        (before.Active, before.Mode, before.Step, before.InSync) != (now.Active, now.Mode, now.Step, now.InSync)
        || !before.Target.Equals(now.Target)
        || !string.Equals(before.LastError, now.LastError, StringComparison.Ordinal);

    private static ulong Sum(RegionSetStatus? status, Func<SlotStatus, ulong> count) =>
        status is null ? 0 : status.Slots.Aggregate(0UL, (sum, slot) => sum + count(slot));

    private static ulong Risen(ulong? before, ulong now) => now > (before ?? 0) ? now - (before ?? 0) : 0;
}
