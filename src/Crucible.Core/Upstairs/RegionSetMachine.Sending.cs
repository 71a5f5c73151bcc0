using System.Diagnostics;
using Crucible.Wire;

namespace Crucible.Core.Upstairs;

// The same job as each slot is to see it: what it is told to wait for, and what differs for one under repair.
public sealed partial class RegionSetMachine
{
    /// <summary>The job as this slot is to see it: it must not be told to wait for what it will never finish.</summary>
    private Message MessageFor(Slot slot, Job job)
    {
        var message = job.IsSpecialFor(slot.Id) && job.SpecialMessage is { } special ? special : job.Message;
        if (message is Message.Flush flush && slot.UnderRepair && _repair is { } repair)
            message = flush with { ExtentLimit = repair.Limit };
        var kept = job.IsFreeFor(slot.Id) ? [] : DependenciesFor(slot, job);
        if (ReferenceEquals(kept, job.Dependencies))
            return message;
        // The copy has the same contexts and payload, so the original is never used for anything else.
        message.Hold();
        return WithDependencies(message, kept);
    }

    private static Message WithDependencies(Message message, JobId[] kept) => message switch
    {
        Message.ReadRequest m => m with { Dependencies = kept },
        Message.Write m => m with { Dependencies = kept },
        Message.WriteUnwritten m => m with { Dependencies = kept },
        Message.Flush m => m with { Dependencies = kept },
        Message.Barrier m => m with { Dependencies = kept },
        Message.ExtentLiveClose m => m with { Dependencies = kept },
        Message.ExtentLiveFlushClose m => m with { Dependencies = kept },
        Message.ExtentLiveRepair m => m with { Dependencies = kept },
        Message.ExtentLiveNoOp m => m with { Dependencies = kept },
        Message.ExtentLiveReopen m => m with { Dependencies = kept },
        _ => throw new UnreachableException($"{message.Kind} is not a job of this table"),
    };

    private JobId[] DependenciesFor(Slot slot, Job job)
    {
        var kept = 0;
        foreach (var id in job.Dependencies)
            kept += IsKnownTo(slot, id) ? 1 : 0;
        return kept == job.Dependencies.Length ? job.Dependencies : KnownDependencies(slot, job);
    }

    private JobId[] KnownDependencies(Slot slot, Job job)
    {
        var known = Array.FindAll(job.Dependencies, id => IsKnownTo(slot, id));
        return LastFlushBefore(slot, job) is { } flush && !known.Contains(flush) ? [flush, .. known] : known;
    }

    /// <summary>
    /// What a skipped job waited for, its followers must wait for all the same: that is the newest flush before them. Else
    /// the server might do that flush after them and forget, as it does with each, what was done before.
    /// </summary>
    private JobId? LastFlushBefore(Slot slot, Job job)
    {
        for (var i = _flushesBuffered.Count - 1; i >= 0; i--)
        {
            var flush = _flushesBuffered[i];
            if (flush.Id < job.Id && flush[slot.Id] == JobSlotState.InProgress)
                return flush.Id;
        }

        return null;
    }

    /// <summary>
    /// Its present session was sent this job, will be, or was told of it as its last flush. A retired job is finished
    /// everywhere and needs no waiting for.
    /// </summary>
    private bool IsKnownTo(Slot slot, JobId id)
    {
        if (!_jobsById.TryGetValue(id, out var job))
            return _repair is { } repair && repair.WillSend(id);
        return job[slot.Id] switch
        {
            JobSlotState.InProgress => true,
            JobSlotState.Done => id >= slot.Floor,
            _ => false,
        };
    }
}
