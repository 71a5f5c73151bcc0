namespace PropolisActors.Simulation;

/// <summary>The planted mistakes. Each is told about in README.md with what became of it.</summary>
internal static class Mutants
{
    private const string Jobs = "Upstairs/RegionSetMachine.Jobs.cs";
    private const string Requests = "Upstairs/RegionSetMachine.Requests.cs";
    private const string Replies = "Upstairs/RegionSetMachine.Replies.cs";
    private const string Sending = "Upstairs/RegionSetMachine.Sending.cs";
    private const string Repairs = "Upstairs/RegionSetMachine.LiveRepair.cs";
    private const string Reconciles = "Upstairs/RegionSetMachine.Reconciliation.cs";
    private const string Connections = "Upstairs/RegionSetMachine.Connections.cs";
    private const string Replacements = "Upstairs/RegionSetMachine.Replacement.cs";
    private const string Machine = "Upstairs/RegionSetMachine.cs";
    private const string Repair = "Upstairs/LiveRepair.cs";
    private const string Comparison = "Upstairs/ExtentComparison.cs";
    private const string Mending = "Upstairs/Reconciliation.cs";
    private const string Map = "Upstairs/DependencyMap.cs";
    private const string Server = "Downstairs/DownstairsMachine.cs";
    private const string ServerJobs = "Downstairs/DownstairsMachine.Jobs.cs";
    private const string Queue = "Downstairs/JobQueue.cs";
    private const string Promotion = "Downstairs/PromotionRecord.cs";
    private const string ServerReplies = "Downstairs/JobReplies.cs";

    public static IReadOnlyList<Mutant> All { get; } =
    [
        // What a guest is told.
        new(1, Jobs, "        _ => 1,\n", "        _ => 2,\n", "a flush that two copies failed is called done"),
        new(2, Jobs, "{ Snapshot: true } => 0,", "{ Snapshot: true } => 1,", "a snapshot of two copies is called done"),
        new(3, Jobs, "if (!flush.Acked && flush[slot.Id] == JobSlotState.Done)", "if (flush.Acked && !flush.Acked)",
            "a server that was replaced vouches for a flush"),
        new(4, Jobs, "if (!job.Acked && job.Request is { } request)", "if (job.Acked && job.Request is { } request)",
            "who waits when all is given up hears nothing"),
        new(5, Jobs, "            _changed.Add(job);\n", "", "a job is not answered when its last slot is given up"),

        // What is kept to be sent again.
        new(6, Jobs, "_replayPossible = last.Kind == JobKind.Flush;", "_replayPossible = true;",
            "a barrier does not stand in the way of replay"),
        new(7, Jobs,
            "            job.Replayed = true;\n            Send(slot, MessageFor(slot, job));",
            "            job.Replayed = true;",
            "a replay sends nothing"),
        new(8, Jobs,
            "            if (job.Id > last.Id)\n                break;",
            "            if (job.Id > _nextJob)\n                break;",
            "a flush lets what came after it be forgotten"),
        new(9, Jobs,
            "            if (job[slot.Id] == JobSlotState.Skipped)\n                continue;\n",
            "            if (job[slot.Id] == JobSlotState.Done)\n                continue;\n",
            "a replay leaves out what was answered and never flushed"),
        new(10, Jobs, "new Message.LastFlush(slot.LastFlush)", "new Message.LastFlush(null)",
            "a replay does not say which flush was the last"),
        new(11, Jobs, "_replayPossible && _repair is null && _repairJobsBuffered == 0;", "_replayPossible;",
            "steps of a live repair are sent again"),
        new(12, Replies,
            "if (job.Kind == JobKind.Flush && (slot.LastFlush",
            "if (job.Kind != JobKind.Read && (slot.LastFlush",
            "an answered write counts as flushed"),
        new(13, Connections,
            "        slot.Mode = slot.Replaced ? SlotMode.Replaced : SlotMode.Faulted;",
            "        slot.Mode = SlotMode.Offline;",
            "a slot that missed something is replayed"),
        new(14, Connections,
            "        _out.Add(new UpstairsEffect.Note(UpstairsNote.SlotFaulted, slot.Id, why));\n        SkipJobs(slot);",
            "        _out.Add(new UpstairsEffect.Note(UpstairsNote.SlotFaulted, slot.Id, why));",
            "a slot that is given up keeps its jobs"),

        // The order of jobs.
        new(15, Sending,
            "if (ReferenceEquals(kept, job.Dependencies))",
            "if (kept.Length == job.Dependencies.Length)",
            "a dependency that was exchanged is not noticed"),
        new(16, Sending, "message = flush with { ExtentLimit = repair.Limit };", "message = flush;",
            "a slot under repair flushes what it has not got"),
        new(17, Sending, "                return flush.Id;", "                return null;",
            "what follows a skipped job does not wait for the flush before"),
        new(18, Sending, "JobSlotState.Done => id >= slot.Floor,", "JobSlotState.Done => true,",
            "a server is told to wait for what another session did"),
        new(19, Sending, "JobSlotState.InProgress => true,", "JobSlotState.InProgress => job.Kind != JobKind.Write,",
            "nothing waits for a write"),
        new(20, Map,
            "                (span.Readers ??= NewReaders([])).Add(job);\n",
            "",
            "a write does not wait for the read before it"),
        new(21, Map,
            "                if (span.Blocking is { } blocking)\n                    _found.Add(blocking);\n                (span",
            "                (span",
            "a read does not wait for the write before it"),
        new(22, Map,
            "            if (span.Readers is { Count: > 0 } readers)\n",
            "            if (span.Readers is { Count: > 1 } readers)\n",
            "a write does not wait for a single read"),
        new(23, Requests, "_nextFlush = new FlushNumber(OneMore(number.Value));", "_ = number;",
            "every flush has the same number"),

        // Live repair.
        new(24, Jobs, "job.FirstExtent.Value <= repair.Limit.Value", "job.FirstExtent.Value < repair.Limit.Value",
            "a write at the frontier is not sent to the slot under repair"),
        new(25, Repairs, "(extent <= repair.Limit.Value || reached)", "extent <= repair.Limit.Value",
            "no ids are taken for what a job reaches beyond the frontier"),
        new(26, Jobs, " && !(job.Kind == JobKind.Flush && slot.UnderRepair))", ")",
            "a flush by a slot under repair stands in for one by a whole copy"),
        new(27, Repair,
            "\n        || state.FlushNumber != source.FlushNumber",
            "",
            "an extent with an old flush number is not copied"),
        new(28, Repair,
            "\n        || state.Generation != source.Generation",
            "",
            "an extent of an old generation is not copied"),
        new(29, Repairs, "            slot.Floor = _nextJob;\n", "", "a slot under repair is named jobs from before"),
        new(30, Repairs, "State == UpstairsState.Active && repair.Intact &&", "State == UpstairsState.Active &&",
            "a repair goes on without the slots it repairs"),
        new(31, Repairs, "            MarkWhole(slot);\n            Serve(slot);\n", "            MarkWhole(slot);\n",
            "a repaired slot does not serve"),

        // Reconciliation.
        new(32, Comparison,
            "if (Compare(state, best) > 0)",
            "if (Compare(state, best) < 0)",
            "the oldest copy is the source"),
        new(33, Comparison,
            "var differs = best.Dirty;",
            "var differs = false;",
            "extents that are dirty everywhere are left alone"),
        new(34, Comparison,
            "(best.Dirty || StateOf(s.Versions, extent) != best)",
            "StateOf(s.Versions, extent) != best",
            "a copy with the numbers of a dirty source is left alone"),
        new(35, Mending, "if (_waiting != 0)", "if (_waiting == 7)", "a step of reconciliation is not waited for"),
        new(36, Reconciles,
            "if (_reconciliation is not { Intact: false } reconciliation)",
            "if (_reconciliation is not { Finished: true } reconciliation)",
            "a reconciliation goes on without a copy"),

        // Replacement, takeover and stale answers.
        new(37, Replacements,
            "        if (IsLastGoodCopy(slot))\n",
            "        if (IsLastGoodCopy(slot) && slot.Active)\n",
            "the last good copy is replaced when it cannot be reached"),
        new(38, Replacements,
            "if (ConnectionsWanted)\n            Dial(slot);",
            "if (ConnectionsWanted)\n            DialLater(slot);",
            "a replacement is not tried at once"),
        new(39, Machine, "slot.Connection != connection || slot.Link == SlotLink.None;", "slot.Link == SlotLink.None;",
            "an answer of an abandoned connection is taken"),
        new(40, Server, "if (_highest is { } highest && !highest.Allows(candidate.Generation, candidate.Ids))",
            "if (_highest is { } highest && _active.Count > 9 && !highest.Allows(candidate.Generation, candidate.Ids))",
            "a server lets an old upstairs back in"),
        new(41, Server, "ReferenceEquals(_highest, _stored) ? null : _highest", "null", "a promotion is not durable"),
        new(42, Promotion,
            "return asked > generation;",
            "return true;",
            "any generation but the present may come back"),

        // The disk server's jobs.
        new(43, ServerJobs, "connection.DoneThrough is { } last && job.Id is { } id && id.Value <= last.Value",
            "connection.DoneThrough is { } last && job.Id is { } id && id.Value < 1 && last.Value > 0",
            "a replay brings back what a flush replaced"),
        new(44, Server, "mark.Session == from.Ids.Session ? mark.Job : null", "mark.Job.Value > 0 ? mark.Job : null",
            "jobs of one session count as done because another did theirs"),
        new(45, Queue,
            "if (--waiter.Unmet == 0)",
            "if (--waiter.Unmet <= 1)",
            "a job starts while it waits for one more"),
        new(46, Queue, "            if (_completed.Contains(dependency))\n", "            if (dependency.Value > 0)\n",
            "jobs are done in the order in which they come"),
        new(47, ServerJobs, "connection.Jobs.HoldForRetry(job);", "_ = job;", "a job that failed is not tried again"),
        new(48, ServerJobs,
            "            connection.Jobs.Complete(job);\n",
            "            connection.Jobs.Forget(job);\n",
            "what waits for a job does not start when it is done"),
        new(49, ServerReplies, "new WireResult<Unit>(default, error)", "new WireResult<Unit>(default, null)",
            "a failed write or flush is answered as done"),

        // Two copies that go on without the third.
        new(50, Reconciles, "if (equal.Count < ProtocolLimits.Slots)", "if (equal.Count == 1)",
            "two copies go on without being made newer than the third"),
    ];
}
