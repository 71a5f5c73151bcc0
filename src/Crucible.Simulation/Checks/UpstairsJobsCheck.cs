using Crucible.Wire;

namespace Crucible.Simulation.Checks;

/// <summary>What holds for the jobs of one upstairs over all its connections.</summary>
internal sealed class UpstairsJobsCheck
{
    private readonly Dictionary<JobId, (MessageKind Kind, ulong Start, ulong Digest)> _jobs = [];
    private readonly HashSet<(int Slot, JobId Job)> _repairs = [];
    private readonly SortedSet<ulong> _writes = [];
    private readonly ulong[] _joined = new ulong[ProtocolLimits.Slots];
    private JobId _highestFlush;
    private FlushNumber? _highestNumber;

    /// <summary>
    /// Flush numbers start anew with each activation; ids of jobs do not. The copies are equal: none has missed
    /// anything.
    /// </summary>
    public void Activated()
    {
        _highestNumber = null;
        for (var slot = 0; slot < _joined.Length; slot++)
            Joined(slot);
    }

    /// <summary>This slot tells its numbers: what it missed until now comes to it by comparison or by repair.</summary>
    public void Joined(int slot) => _joined[slot] = _writes.Max;

    /// <summary>
    /// A replay is sent this job: every write between its last flush and the job must have been sent on this connection. One
    /// that is no longer kept, since a barrier let it be forgotten, makes replay impossible.
    /// </summary>
    public void Replays(int slot, ulong after, ulong job, HashSet<JobId> sent)
    {
        var from = Math.Max(after, _joined[slot]) + 1;
        if (from >= job)
            return;
        foreach (var write in _writes.GetViewBetween(from, job - 1))
        {
            if (!sent.Contains(new JobId(write)))
                throw new SimulationFailure("Replay", $"slot {slot} is sent job {job} again, and never job {write} before it");
        }
    }

    /// <summary>Steps of a live repair are never sent again, not even by replay.</summary>
    public void SentRepair(int slot, JobId job)
    {
        if (!_repairs.Add((slot, job)))
            throw new SimulationFailure("Repair", $"{job}, a step of a live repair, was sent to slot {slot} twice");
    }

    public void Sent(Message message, JobId job)
    {
        var content = message switch
        {
            Message.Write m => (m.Kind, m.Start.Value, DigestOf(m.Contexts)),
            Message.WriteUnwritten m => (m.Kind, m.Start.Value, DigestOf(m.Contexts)),
            Message.ReadRequest m => (m.Kind, m.Start.Value, m.Count),
            Message.Flush m => (m.Kind, m.FlushNumber.Value, m.Generation.Value),
            // A step of live repair differs from slot to slot on purpose.
            Message.ExtentLiveClose or Message.ExtentLiveFlushClose or Message.ExtentLiveRepair
                or Message.ExtentLiveNoOp or Message.ExtentLiveReopen => (MessageKind.ExtentLiveNoOp, 0UL, 0UL),
            _ => (message.Kind, 0UL, 0UL),
        };
        if (!_jobs.TryAdd(job, content))
        {
            if (_jobs[job] != content)
                throw new SimulationFailure("Invariant 1", $"{job} was used for two things");
            return;
        }

        if (message is Message.Write or Message.WriteUnwritten)
            _writes.Add(job.Value);
        if (message is not Message.Flush flush || job < _highestFlush)
            return;
        if (flush.FlushNumber.Value <= _highestNumber?.Value)
            throw new SimulationFailure("Invariant 1", $"{flush.FlushNumber} of {job} is not above {_highestNumber}");
        (_highestFlush, _highestNumber) = (job, flush.FlushNumber);
    }

    private static ulong DigestOf(BlockContext[] contexts)
    {
        var digest = (ulong)contexts.Length;
        foreach (var context in contexts)
            digest = (digest * 0x100000001B3) ^ context.Hash;
        return digest;
    }
}
