using Crucible.Wire;

namespace Crucible.Simulation.Checks;

/// <summary>
/// What one upstairs may say on one connection: no job before the negotiation is over, and no dependency that the
/// server cannot know. A server forgets what it completed when it completes a flush or a barrier. Once steps of a live
/// repair are sent, ids may be named before they are used; that they come in the end is seen by no server waiting for
/// ever.
/// </summary>
internal sealed class ConversationCheck(UpstairsJobsCheck jobs, int slot = 0)
{
    private readonly HashSet<JobId> _sent = [];
    private JobId _forgetsBelow;
    private bool _mayHaveJobs;
    private bool _repairs;

    /// <summary>The highest job of a connection that began with a replay; null for another.</summary>
    private ulong? _replayed;

    /// <summary>The last job named one that is reserved and not sent yet.</summary>
    public bool SawReserved { get; private set; }

    public void Heard(Message message)
    {
        if (message is not Message.ExtentVersions)
            return;
        _mayHaveJobs = true;
        jobs.Joined(slot);
    }

    public void Says(Message message)
    {
        SawReserved = false;
        switch (message)
        {
            case Message.LastFlush m:
                _mayHaveJobs = true;
                _forgetsBelow = m.LastFlushJob ?? default;
                _replayed = m.LastFlushJob?.Value ?? 0;
                if (m.LastFlushJob is { } last)
                    _sent.Add(last);
                break;
            case Message.Write m:
                SaysJob(message, m.Job, m.Dependencies);
                break;
            case Message.WriteUnwritten m:
                SaysJob(message, m.Job, m.Dependencies);
                break;
            case Message.ReadRequest m:
                SaysJob(message, m.Job, m.Dependencies);
                break;
            case Message.Flush m:
                SaysJob(message, m.Job, m.Dependencies);
                break;
            case Message.Barrier m:
                SaysJob(message, m.Job, m.Dependencies);
                break;
            case Message.ExtentLiveClose m:
                SaysRepair(message, m.Job, m.Dependencies);
                break;
            case Message.ExtentLiveFlushClose m:
                SaysRepair(message, m.Job, m.Dependencies);
                break;
            case Message.ExtentLiveRepair m:
                SaysRepair(message, m.Job, m.Dependencies);
                break;
            case Message.ExtentLiveNoOp m:
                SaysRepair(message, m.Job, m.Dependencies);
                break;
            case Message.ExtentLiveReopen m:
                SaysRepair(message, m.Job, m.Dependencies);
                break;
            default:
                break;
        }
    }

    private void SaysRepair(Message message, JobId job, JobId[] dependencies)
    {
        _repairs = true;
        jobs.SentRepair(slot, job);
        SaysJob(message, job, dependencies);
    }

    private void SaysJob(Message message, JobId job, JobId[] dependencies)
    {
        if (!_mayHaveJobs)
            throw new SimulationFailure("Invariant 3", $"{job} was sent before the negotiation was over");
        foreach (var dependency in dependencies)
        {
            var known = _sent.Contains(dependency) && dependency >= _forgetsBelow;
            SawReserved |= !_sent.Contains(dependency);
            if (dependency >= job || (!known && !_repairs))
                throw new SimulationFailure(
                    "Invariant 4", $"{job} waits for {dependency}, which this server does not know");
        }

        if (_replayed is { } last && job.Value > last)
        {
            jobs.Replays(slot, last, job.Value, _sent);
            _replayed = job.Value;
        }

        _sent.Add(job);
        if (message is Message.Flush or Message.Barrier && job > _forgetsBelow)
            _forgetsBelow = job;
        jobs.Sent(message, job);
    }
}
