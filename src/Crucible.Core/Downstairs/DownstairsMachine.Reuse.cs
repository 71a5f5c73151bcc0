using Crucible.Wire;

namespace Crucible.Core.Downstairs;

// Objects that are used again, so that a steady load allocates nothing: answered jobs, and effects that the host gives
// back. Messages are held by their jobs and go back to their pool by themselves.
public sealed partial class DownstairsMachine
{
    /// <summary>Of each kind; more than storage has at a time, and than one batch of answers.</summary>
    private const int UnusedMax = 512;

    private readonly Stack<Job> _unusedJobs = new();
    private readonly Stack<DownstairsEffect.Send> _unusedSends = new();
    private readonly Stack<DownstairsEffect.Execute> _unusedExecutes = new();

    /// <summary>Takes back effects that were carried out, to use their objects again, and empties the list. A host that
    /// keeps them does not call it.</summary>
    public void Reuse(List<DownstairsEffect> effects)
    {
        foreach (var effect in effects)
        {
            if (effect is DownstairsEffect.Send send && _unusedSends.Count < UnusedMax)
                _unusedSends.Push(send);
            else if (effect is DownstairsEffect.Execute execute && _unusedExecutes.Count < UnusedMax)
                _unusedExecutes.Push(execute);
        }

        effects.Clear();
    }

    private void AddSend(ConnectionNumber to, Message message)
    {
        if (_unusedSends.TryPop(out var effect))
            effect.Become(to, message);
        else
            effect = new DownstairsEffect.Send(to, message);
        _effects.Add(effect);
    }

    private void AddExecute(WorkNumber number, StorageWork work)
    {
        if (_unusedExecutes.TryPop(out var effect))
            effect.Become(number, work);
        else
            effect = new DownstairsEffect.Execute(number, work);
        _effects.Add(effect);
    }

    private Job NewJob(Message message, JobId? id)
    {
        message.Hold();
        var ticket = new JobTicket(_nextTicket++);
        if (!_unusedJobs.TryPop(out var job))
            return new Job(ticket, message, id);
        job.Become(ticket, message, id);
        return job;
    }

    /// <summary>The job was answered, and storage has nothing to do with it any more.</summary>
    private void LetGo(Job job)
    {
        job.Message.Release();
        if (_unusedJobs.Count < UnusedMax)
            _unusedJobs.Push(job);
    }
}
