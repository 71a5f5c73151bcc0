using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Simulation.Checks;

/// <summary>What holds for the jobs of one upstairs over all its connections.</summary>
internal sealed class UpstairsJobsCheck
{
    private readonly Dictionary<JobId, (MessageKind Kind, ulong Start, ulong Digest)> _jobs = [];
    private JobId _highestFlush;
    private FlushNumber _highestNumber;

    /// <summary>Flush numbers start anew with each activation; ids of jobs do not.</summary>
    public void Activated() => _highestNumber = default;

    public void Sent(Message message, JobId job)
    {
        var content = message switch
        {
            Message.Write m => (m.Kind, m.Start.Value, BlockHash.Plain(m.Data.Span)),
            Message.WriteUnwritten m => (m.Kind, m.Start.Value, BlockHash.Plain(m.Data.Span)),
            Message.ReadRequest m => (m.Kind, m.Start.Value, m.Count),
            Message.Flush m => (m.Kind, m.FlushNumber.Value, m.Generation.Value),
            _ => (message.Kind, 0UL, 0UL),
        };
        if (!_jobs.TryAdd(job, content))
        {
            if (_jobs[job] != content)
                throw new SimulationFailure("Invariant 1", $"{job} was used for two things");
            return;
        }

        if (message is not Message.Flush flush || job < _highestFlush)
            return;
        if (flush.FlushNumber.Value <= _highestNumber.Value)
            throw new SimulationFailure("Invariant 1", $"{flush.FlushNumber} of {job} is not above {_highestNumber}");
        (_highestFlush, _highestNumber) = (job, flush.FlushNumber);
    }

    /// <summary>A slot that is neither in service nor to be replayed has nothing to do.</summary>
    public static void Check(RegionSetStatus status)
    {
        foreach (var slot in status.Slots)
        {
            var mayHaveJobs = slot.Active || slot.Mode == SlotMode.Offline;
            if (!mayHaveJobs && (slot.JobsInFlight != 0 || slot.BytesInFlight != 0))
                throw new SimulationFailure(
                    "Invariant 5", $"{slot.Slot} is {slot.Mode} and has {slot.JobsInFlight} jobs");
            if (slot.JobsInFlight < 0 || slot.JobsInFlight > status.JobsBuffered)
                throw new SimulationFailure(
                    "Invariant 2", $"{slot.Slot} has {slot.JobsInFlight} of {status.JobsBuffered} jobs");
            if (slot.Active && status.State is not (UpstairsState.Active or UpstairsState.Deactivating))
                throw new SimulationFailure("Invariant 2", $"{slot.Slot} is in service while {status.State}");
        }
    }
}
