using Crucible.Core.Upstairs;

namespace Crucible.Simulation.Checks;

/// <summary>
/// What any snapshot of an upstairs must show: invariants 2 and 5, and L5, that whatever is not in a final state says
/// what it waits for and since when.
/// </summary>
internal static class StatusCheck
{
    public static void Check(RegionSetStatus status, DateTimeOffset now)
    {
        foreach (var slot in status.Slots)
            Check(status, slot, now);
        if (status.State is UpstairsState.GoActive or UpstairsState.Deactivating or UpstairsState.Disabled
            && string.IsNullOrWhiteSpace(status.WaitingFor))
            throw new SimulationFailure("L5", $"it is {status.State} and does not say what it waits for");
        if (status.Reconciliation is not null && status.LiveRepair is not null)
            throw new SimulationFailure("Invariant 6", "reconciliation and live repair run at once");
    }

    private static void Check(RegionSetStatus status, SlotStatus slot, DateTimeOffset now)
    {
        var mayHaveJobs = slot.Active || slot.Mode == SlotMode.Offline || slot.Step == SlotStep.LiveRepair;
        if (!mayHaveJobs && (slot.JobsInFlight != 0 || slot.BytesInFlight != 0))
            throw new SimulationFailure("Invariant 5", $"{slot.Slot} is {slot.Mode} and has {slot.JobsInFlight} jobs");
        if (slot.JobsInFlight < 0 || slot.JobsInFlight > status.JobsBuffered)
            throw new SimulationFailure(
                "Invariant 2", $"{slot.Slot} has {slot.JobsInFlight} of {status.JobsBuffered} jobs");
        var mayServe = status.State is UpstairsState.Active or UpstairsState.Deactivating || status.Renewal is not null;
        if (slot.Active && !mayServe)
            throw new SimulationFailure("Invariant 2", $"{slot.Slot} is in service while {status.State}");
        if (!slot.Active && (string.IsNullOrWhiteSpace(slot.WaitingFor) || slot.Since > now))
            throw new SimulationFailure("L5", $"{slot.Slot} is {slot.Mode} {slot.Step} and does not say why");
    }
}
