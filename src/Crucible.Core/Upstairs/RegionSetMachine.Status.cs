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
        Encrypted: false,
        _config.BlockSize,
        [.. _slots.Select(StatusOf)],
        _lastReplacement is { } last ? last with { InSync = IsInService(last) } : null,
        _jobs.Count,
        _staleInputs,
        _copiesDiffered);

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
        slot.InSync);

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
        (SlotStep.LiveRepairReady, _) => "waits for live repair, which is not available yet",
        _ => $"is at {slot.Step}",
    };
}
