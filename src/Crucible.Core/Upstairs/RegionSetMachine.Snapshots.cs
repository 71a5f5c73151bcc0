using Crucible.Wire;

namespace Crucible.Core.Upstairs;

// A flush that ends in a snapshot of each copy. It is good only if all three copies make it, and it has a deadline: whoever
// asks must hear which server kept it waiting rather than wait with it.
public sealed partial class RegionSetMachine
{
    private CrucibleError? SnapshotRefusal()
    {
        if (State != UpstairsState.Active)
            return Refusals.Inactive;
        if (_config.ReadOnly)
            return Refusals.ReadOnly;
        var whole = _slots.Count(slot => slot.Active || slot.Mode == SlotMode.Offline);
        return whole < ProtocolLimits.Slots ? Refusals.TooFewSlots(ProtocolLimits.Slots, whole) : null;
    }

    private void OnSnapshotDue(JobId id)
    {
        if (!_jobsById.TryGetValue(id, out var job) || job is not { Acked: false, Request: { } request })
        {
            _staleInputs++;
            return;
        }

        var missing = _slots.Where(slot => job[slot.Id] == JobSlotState.InProgress).Select(SayWhoKeepsWaiting);
        job.Request = null;
        job.Acked = true;
        job.Failed = true;
        AddIoAnswered(request, Refusals.SnapshotLate(string.Join("; ", missing)));
    }

    private static string SayWhoKeepsWaiting(Slot slot) =>
        slot.LastError is { } error ? $"{slot} has not made it ({error})" : $"{slot} has not made it";
}
