using Crucible.Wire;

namespace Crucible.Core.Upstairs;

// Objects that are used again, so that a steady load allocates nothing: jobs once they are forgotten, and effects that
// the host gives back. Messages are held by their jobs and go back to their pool by themselves.
public sealed partial class RegionSetMachine
{
    private readonly Stack<Job> _unusedJobs = new();
    private readonly Stack<UpstairsEffect.Send> _unusedSends = new();
    private readonly Stack<UpstairsEffect.IoAnswered> _unusedAnswers = new();
    private readonly Stack<UpstairsEffect.ReadAnswered> _unusedReadAnswers = new();

    /// <summary>Jobs forgotten in this step; some arm or effect of it may still look at them and their messages.</summary>
    private readonly List<Job> _forgotten = [];
    private bool _isIdle;

    /// <summary>Takes back effects that were carried out, to use their objects again, and empties the list. A host that
    /// keeps them does not call it.</summary>
    public void Reuse(List<UpstairsEffect> effects)
    {
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case UpstairsEffect.Send e:
                    _unusedSends.Push(e);
                    break;
                case UpstairsEffect.IoAnswered e:
                    _unusedAnswers.Push(e);
                    break;
                case UpstairsEffect.ReadAnswered e:
                    e.Become(default, default, []);
                    _unusedReadAnswers.Push(e);
                    break;
            }
        }

        effects.Clear();
    }

    private void AddSend(Slot slot, Message message)
    {
        if (_unusedSends.TryPop(out var effect))
            effect.Become(slot.Id, slot.Connection, message);
        else
            effect = new UpstairsEffect.Send(slot.Id, slot.Connection, message);
        _out.Add(effect);
    }

    private void AddIoAnswered(RequestId request, CrucibleError? error)
    {
        if (_unusedAnswers.TryPop(out var effect))
            effect.Become(request, error);
        else
            effect = new UpstairsEffect.IoAnswered(request, error);
        _out.Add(effect);
    }

    private void AddReadAnswered(RequestId request, ReadOnlyMemory<byte> data, ReadBlockContext[] contexts)
    {
        if (_unusedReadAnswers.TryPop(out var effect))
            effect.Become(request, data, contexts);
        else
            effect = new UpstairsEffect.ReadAnswered(request, data, contexts);
        _out.Add(effect);
    }

    /// <summary>A job for a read or a write; its other members are the caller's to set.</summary>
    private Job NewJob(JobId id, JobKind kind, Message message, JobId[] dependencies)
    {
        if (!_unusedJobs.TryPop(out var job))
            return new Job(id, kind) { Message = message, Dependencies = dependencies };
        job.Become(id, kind);
        (job.Message, job.Dependencies) = (message, dependencies);
        return job;
    }

    private void ReuseForgottenJobs()
    {
        foreach (var job in _forgotten)
        {
            job.Message.Release();
            if (job.IsReusable)
                _unusedJobs.Push(job);
        }

        _forgotten.Clear();
        if (_isIdle)
            LetGoOfUnused();
    }

    /// <summary>An idle disk keeps no memory for a busy one.</summary>
    private void LetGoOfUnused()
    {
        _isIdle = false;
        _unusedJobs.Clear();
        _unusedJobs.TrimExcess();
        _unusedSends.Clear();
        _unusedSends.TrimExcess();
        _forgotten.TrimExcess();
        _retired.Clear();
        _retired.TrimExcess();
        _jobs.TrimExcess();
        _jobsById.TrimExcess();
        _dependencies.LetGoOfUnused();
    }
}
