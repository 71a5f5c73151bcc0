using Crucible.Wire;

namespace Crucible.Simulation.Checks;

/// <summary>
/// What one upstairs may say on one connection: no job before the negotiation is over, and no dependency that the
/// server cannot know. A server forgets what it completed when it completes a flush or a barrier.
/// </summary>
internal sealed class ConversationCheck(UpstairsJobsCheck jobs)
{
    private readonly HashSet<JobId> _sent = [];
    private JobId _forgetsBelow;
    private bool _mayHaveJobs;

    public void Heard(Message message) => _mayHaveJobs |= message is Message.ExtentVersions;

    public void Says(Message message)
    {
        switch (message)
        {
            case Message.LastFlush m:
                _mayHaveJobs = true;
                _forgetsBelow = m.LastFlushJob ?? default;
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
            default:
                break;
        }
    }

    private void SaysJob(Message message, JobId job, JobId[] dependencies)
    {
        if (!_mayHaveJobs)
            throw new SimulationFailure("Invariant 3", $"{job} was sent before the negotiation was over");
        foreach (var dependency in dependencies)
        {
            if (dependency >= job || !_sent.Contains(dependency) || dependency < _forgetsBelow)
                throw new SimulationFailure(
                    "Invariant 4", $"{job} waits for {dependency}, which this server does not know");
        }

        _sent.Add(job);
        if (message is Message.Flush or Message.Barrier)
            _forgetsBelow = job;
        jobs.Sent(message, job);
    }
}
