using Crucible.Wire;

namespace Crucible.Core.Upstairs;

// The snapshot that others see.
public sealed partial class RegionSetMachine
{
    /// <summary>A snapshot of everything a person or a control plane may ask about.</summary>
    public RegionSetStatus Status() => new(
        State,
        _disabledBy,
        _config.Ids.Upstairs,
        _config.Ids.Session,
        _generation,
        _config.ReadOnly,
        _config.Encrypted,
        _config.BlockSize,
        [.. _slots.Select(StatusOf)],
        _lastReplacement is { } last ? last with { InSync = IsInService(last) } : null,
        _jobs.Count,
        _staleInputs,
        _copiesDiffered)
    {
        Reconciliation = ReconciliationProgress(),
        Renewal = RenewalProgress(),
        LiveRepair = LiveRepairProgress(),
        ReconciliationsAborted = _reconciliationsAborted,
        WaitingFor = WaitingForAll(),
    };

    private RepairProgress? ReconciliationProgress() => _reconciliation is { } r
        ? new RepairProgress(r.ExtentsDone, r.ExtentsNeeded, r.ExtentsDone, ExtentBytes, r.Since, _now - r.Since)
        : null;

    private RepairProgress? RenewalProgress() => _renewal is { } r
        ? new RepairProgress((int)r.Done, (int)r.Extents, ExtentsCopied: 0, ExtentBytes, r.Since, _now - r.Since)
        : null;

    private RepairProgress? LiveRepairProgress() => _repair is { } r
        ? new RepairProgress((int)r.Active, (int)r.Extents, (int)r.ExtentsCopied, ExtentBytes, r.Since, _now - r.Since)
        : null;

    private ulong ExtentBytes => _config.BlocksPerExtent * _config.BlockSize;

    private string? WaitingForAll() => State switch
    {
        UpstairsState.GoActive when _reconciliation is not null => "waits for its copies to be made equal",
        UpstairsState.GoActive when _renewal is { } r =>
            $"waits for two copies to be made newer than the third: {r.Done} of {r.Extents} extents are",
        UpstairsState.GoActive => "waits for " + string.Join(
            ", and for ",
            _slots.Where(slot => slot.Step != SlotStep.WaitQuorum).Select(slot => $"{slot}, which {WaitingFor(slot)}"))
            + (_graceArmed ? $"; two are enough after {_config.QuorumGrace.TotalSeconds:0.###} s" : ""),
        UpstairsState.Active when _reconciliation is not null => "serves nothing until its copies are made equal",
        UpstairsState.Active when !AnyTakesJobs => "serves nothing until a copy can be reached again",
        UpstairsState.Deactivating => $"waits for the final flush of {string.Join(" and ", _slots.Where(slot => slot.Active))}",
        UpstairsState.Disabled => "waits for an activation, with a higher generation if another upstairs owns the regions",
        _ => null,
    };

    private bool IsInService(LastReplacement last)
    {
        var slot = _slots[last.Slot.Value];
        return slot.InSync && slot.Target.Equals(last.New);
    }

    private SlotStatus StatusOf(Slot slot) => new(
        slot.Id,
        slot.Region,
        slot.Target,
        slot.RepairAddress,
        slot.Active,
        slot.Active ? null : slot.Mode,
        slot.Active ? null : slot.Step,
        slot.Active ? null : WaitingFor(slot),
        slot.Since,
        slot.LastError,
        slot.Attempts,
        slot.JobsInProgress,
        slot.BytesInProgress,
        slot.MalformedFrames,
        slot.IntegrityFailures,
        slot.ErrorReports,
        slot.InSync)
    {
        ExtentsRepaired = slot.ExtentsCopied,
        ExtentsConfirmed = slot.ExtentsConfirmed,
        ExtentLimit = slot.UnderRepair ? _repair?.Active : null,
        LiveRepairsCompleted = slot.RepairsCompleted,
        LiveRepairsAborted = slot.RepairsAborted,
        PromotionsRefused = slot.PromotionsRefused,
    };

    private static string WaitingFor(Slot slot) => (slot.Step, slot.Link) switch
    {
        (SlotStep.WaitConnect, _) => "waits for an activation",
        (SlotStep.Start, SlotLink.Delayed) =>
            $"waits {ProtocolLimits.ReconnectDelay.TotalSeconds:0} s before it tries {slot.Target} again; "
            + "a replacement is tried at once",
        (SlotStep.Start, SlotLink.Dialling) =>
            $"waits for a connection to {slot.Target}; a replacement is tried at once",
        (SlotStep.Start, _) => $"waits for {slot.Target} to introduce itself",
        (SlotStep.WaitForPromote, _) => $"waits for {slot.Target} to accept this generation",
        (SlotStep.WaitForRegionInfo, _) => $"waits for {slot.Target} to describe its region",
        (SlotStep.GetExtentVersions, _) => $"waits for {slot.Target} to describe its extents",
        (SlotStep.WaitQuorum, _) => "waits for the other targets",
        (SlotStep.Reconcile, _) => "is being made equal to the other copies",
        (SlotStep.LiveRepairReady, _) => "waits for live repair from a slot in service",
        (SlotStep.LiveRepair, _) => "is being repaired from a slot in service",
        _ => $"is at {slot.Step}",
    };
}
