using Crucible.Core.Downstairs;
using Crucible.Wire;
using static Crucible.Core.Tests.Downstairs.Bench;

namespace Crucible.Core.Tests.Downstairs;

public sealed class JobTests
{
    private static readonly StorageResult.Failed Passing = new(CrucibleError.Io("busy"), MayPass: true);
    private static readonly StorageResult.Failed Lasting =
        new(new CrucibleError.Plain(CrucibleErrorKind.HashMismatch), MayPass: false);

    [Fact]
    public void Jobs_without_dependencies_are_done_in_order_of_arrival()
    {
        var bench = new Bench();
        var connection = bench.Running(First);

        foreach (var job in new ulong[] { 1003, 1000, 1002 })
            bench.Say(connection, Write(job));

        Assert.Equal([1003UL, 1000UL, 1002UL], bench.PerformedJobs());
    }

    [Fact]
    public void Job_that_arrives_before_its_dependency_runs_right_after_it()
    {
        var bench = new Bench();
        var connection = bench.Running(First);
        Assert.Empty(bench.Say(connection, Read(1001, 1000)));

        var replies = bench.Say(connection, Write(1000));

        Assert.Equal([1000UL, 1001UL], replies.Select(JobOf));
    }

    [Fact]
    public void Chains_that_are_interleaved_run_as_far_as_their_links_are_there()
    {
        var bench = new Bench();
        var connection = bench.Running(First);
        bench.Say(connection, Write(1004, 1002));
        bench.Say(connection, Write(1005, 1003));
        bench.Say(connection, Write(1003, 1001));
        bench.Say(connection, Write(1000));

        // 1001 and 1002 are missing, so neither chain gets beyond its start.
        Assert.Equal([1000UL], bench.PerformedJobs());
        bench.Say(connection, Write(1001));
        Assert.Equal([1000UL, 1001UL, 1003UL, 1005UL], bench.PerformedJobs());
        bench.Say(connection, Write(1002, 1000));
        Assert.Equal([1000UL, 1001UL, 1003UL, 1005UL, 1002UL, 1004UL], bench.PerformedJobs());
    }

    [Fact]
    public void Job_with_several_dependencies_waits_for_the_last_of_them()
    {
        var bench = new Bench { };
        var connection = bench.Running(First);
        bench.Say(connection, Flush(1003, 1000, 1001, 1001, 1002));
        bench.Say(connection, Write(1002));
        bench.Say(connection, Write(1000));
        Assert.Equal([1002UL, 1000UL], bench.PerformedJobs());

        bench.Say(connection, Write(1001));

        Assert.Equal([1002UL, 1000UL, 1001UL, 1003UL], bench.PerformedJobs());
    }

    [Fact]
    public void Dependency_of_a_job_in_progress_is_not_met_before_it_was_answered()
    {
        var bench = new Bench();
        var connection = bench.Running(First);
        bench.StorageIsQuick = false;
        bench.Say(connection, Write(1000));
        bench.Say(connection, Read(1001, 1000));
        Assert.Single(bench.Work);

        var replies = bench.Answer(0, StorageResult.Done.Instance);

        Assert.Equal([new Message.WriteAck(First, new(1000), WireResult<Unit>.Ok(default))], replies);
        Assert.Equal([1000UL, 1001UL], bench.PerformedJobs());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Flush_or_barrier_makes_the_completed_set_just_itself(bool flush)
    {
        var bench = new Bench();
        var connection = bench.Running(First);
        bench.Say(connection, Write(1000));
        bench.Say(connection, flush ? Flush(1001, 1000) : Barrier(1001, 1000));

        var old = bench.Say(connection, Read(1002, 1000));
        var present = bench.Say(connection, Read(1003, 1001));

        Assert.Empty(old);
        Assert.Equal([1003UL], present.Select(JobOf));
    }

    [Fact]
    public void Flush_that_a_replaying_upstairs_named_counts_as_completed_and_nothing_else_does()
    {
        var bench = new Bench();
        var connection = bench.Promoted(First);
        bench.Say(connection, new Message.RegionInfoPlease());
        Assert.Empty(bench.Say(connection, new Message.LastFlush(new JobId(1006))));

        Assert.Empty(bench.Say(connection, Write(1008, 1005)));
        Assert.Equal([1007UL], bench.Say(connection, Write(1007, 1006)).Select(JobOf));
    }

    [Fact]
    public void Job_id_that_arrives_again_is_done_again()
    {
        var bench = new Bench();
        var connection = bench.Running(First);

        bench.Say(connection, Write(1000));
        bench.Say(connection, Write(1000));

        Assert.Equal([1000UL, 1000UL], bench.PerformedJobs());
    }

    [Fact]
    public void Job_of_another_upstairs_or_session_is_told_the_expected_id_and_not_done()
    {
        var bench = new Bench();
        var connection = bench.Running(First);

        Assert.Equal([new Message.UuidMismatch(VolumeA.Value)], bench.Say(connection, ReadBy(Other, 1)));
        Assert.Equal([new Message.UuidMismatch(First.Session.Value)], bench.Say(connection, ReadBy(Second, 1)));

        Assert.Empty(bench.Performed);
        Assert.Empty(bench.Closed);
    }

    public static TheoryData<int, int> MisfitWrites => new() { { 2, 512 }, { 1, 1024 }, { 1, 511 }, { 0, 512 }, { 1, 0 } };

    [Theory]
    [MemberData(nameof(MisfitWrites))]
    public void Write_whose_contexts_do_not_fit_its_data_closes(int contexts, int bytes)
    {
        var bench = new Bench();
        var connection = bench.Running(First);
        var write = Write(1000) with { Contexts = new BlockContext[contexts], Data = new byte[bytes] };

        Assert.Empty(bench.Say(connection, write));

        Assert.Equal(DownstairsCloseCause.MalformedWrite, bench.CauseOf(connection));
        Assert.Empty(bench.Performed);
    }

    public static TheoryData<MessageKind> ForbiddenToReadOnly => new(
        MessageKind.Write, MessageKind.WriteUnwritten, MessageKind.ExtentClose, MessageKind.ExtentReopen,
        MessageKind.ExtentFlush, MessageKind.ExtentRepair, MessageKind.ExtentLiveClose,
        MessageKind.ExtentLiveFlushClose, MessageKind.ExtentLiveRepair, MessageKind.ExtentLiveReopen,
        MessageKind.ExtentLiveNoOp);

    [Theory]
    [MemberData(nameof(ForbiddenToReadOnly))]
    public void Read_only_server_closes_on_what_would_change_it(MessageKind kind)
    {
        var bench = new Bench(readOnly: true);
        var connection = bench.Running(First, readOnly: true);

        Assert.Empty(bench.Say(connection, OfKind(kind)));

        Assert.Equal(DownstairsCloseCause.ReadOnlyViolated, bench.CauseOf(connection));
        Assert.Empty(bench.Performed);
    }

    [Fact]
    public void Read_only_server_accepts_flush_and_barrier()
    {
        var bench = new Bench(readOnly: true);
        var connection = bench.Running(First, readOnly: true);

        Assert.IsType<Message.FlushAck>(Assert.Single(bench.Say(connection, Flush(1000))));
        Assert.IsType<Message.BarrierAck>(Assert.Single(bench.Say(connection, Barrier(1001, 1000))));
    }

    [Fact]
    public void Message_that_only_a_server_sends_closes()
    {
        var bench = new Bench();
        var connection = bench.Running(First);

        bench.Say(connection, new Message.Imok());

        Assert.Equal(DownstairsCloseCause.UnexpectedMessage, bench.CauseOf(connection));
    }

    [Fact]
    public void Lasting_failure_of_a_write_is_reported_once_answered_once_and_never_completes()
    {
        var bench = new Bench();
        var connection = bench.Running(First);
        bench.StorageIsQuick = false;
        bench.Say(connection, Write(1000));
        bench.Say(connection, Read(1001, 1000));

        var replies = bench.Answer(0, Lasting);

        Assert.Equal(
            [
                new Message.ErrorReport(First, new(1000), Lasting.Error),
                new Message.WriteAck(First, new(1000), WireResult<Unit>.Err(Lasting.Error)),
            ],
            replies);
        Assert.Empty(bench.Work);
        Assert.Empty(bench.Retries);
        Assert.Empty(bench.Closed);
    }

    [Fact]
    public void Lasting_failure_of_a_read_lets_the_write_after_it_run()
    {
        // Goal: a block that cannot be read can be healed by the guest's next write, which depends on the read.
        var bench = new Bench();
        var connection = bench.Running(First);
        bench.StorageIsQuick = false;
        bench.Say(connection, Read(1000));
        bench.Say(connection, Write(1001, 1000));

        var replies = bench.Answer(0, Lasting);

        Assert.IsType<Message.ErrorReport>(replies[0]);
        Assert.Equal(Lasting.Error, Assert.IsType<Message.ReadResponse>(replies[1]).Blocks.Error);
        Assert.Equal([1000UL, 1001UL], bench.PerformedJobs());
    }

    [Theory]
    [InlineData(CrucibleErrorKind.SnapshotFailed, true)]
    [InlineData(CrucibleErrorKind.ModifyingReadOnlyRegion, true)]
    [InlineData(CrucibleErrorKind.IoError, false)]
    public void Flush_that_only_lacks_its_snapshot_lets_what_depends_on_it_run(CrucibleErrorKind kind, bool runs)
    {
        var bench = new Bench();
        var upstairs = bench.Running(Bench.First);
        bench.StorageIsQuick = false;
        bench.Say(upstairs, Bench.Flush(1000) with { SnapshotName = "s" });
        bench.Say(upstairs, Bench.Read(1001, 1000));

        var answers = bench.Answer(
            0, new StorageResult.Failed(new CrucibleError.WithText(kind, "no"), MayPass: false));

        Assert.Equal([MessageKind.ErrorReport, MessageKind.FlushAck], answers.Select(a => a.Kind));
        Assert.Equal(runs ? [1000ul, 1001] : [1000ul], bench.PerformedJobs());
    }

    [Fact]
    public void Replayed_snapshot_flush_that_was_done_only_asks_whether_its_snapshot_is_there()
    {
        var bench = new Bench(flushed: new FlushMark(Bench.First.Session, new(1000))) { StorageIsQuick = true };
        var upstairs = bench.Promoted(Bench.First);
        bench.Say(upstairs, new Message.RegionInfoPlease());
        bench.Say(upstairs, new Message.LastFlush(null));
        bench.StorageIsQuick = false;

        bench.Say(upstairs, Bench.Flush(1000) with { SnapshotName = "s" });

        Assert.Equal(new StorageWork.ConfirmSnapshot("s"), Assert.Single(bench.Work).Work);
        Assert.Equal(MessageKind.FlushAck, Assert.Single(bench.Answer(0, StorageResult.Done.Instance)).Kind);
    }

    [Fact]
    public void Passing_failure_is_reported_each_time_and_tried_again_after_growing_pauses()
    {
        var bench = new Bench();
        var connection = bench.Running(First);
        bench.StorageIsQuick = false;
        bench.Say(connection, Write(1000));
        Assert.IsType<Message.ErrorReport>(Assert.Single(bench.Answer(0, Passing)));
        Assert.Equal(TimeSpan.FromMilliseconds(100), bench.Retries[0].Delay);
        bench.RetryNow();
        Assert.IsType<Message.ErrorReport>(Assert.Single(bench.Answer(0, Passing)));
        Assert.Equal(TimeSpan.FromMilliseconds(200), bench.Retries[0].Delay);
        bench.RetryNow();

        var replies = bench.Answer(0, StorageResult.Done.Instance);

        Assert.Equal([new Message.WriteAck(First, new(1000), WireResult<Unit>.Ok(default))], replies);
    }

    [Fact]
    public void Failure_that_was_expected_to_pass_and_does_not_ends_in_the_real_ack()
    {
        var bench = new Bench();
        var connection = bench.Running(First);
        bench.StorageIsQuick = false;
        bench.Say(connection, Flush(1000));
        for (var attempt = 1; attempt < DownstairsLimits.AttemptsMax; attempt++)
        {
            bench.Answer(0, Passing);
            bench.RetryNow();
        }

        var replies = bench.Answer(0, Passing);

        Assert.Collection(
            replies,
            m => Assert.IsType<Message.ErrorReport>(m),
            m => Assert.Equal(Passing.Error, Assert.IsType<Message.FlushAck>(m).Result.Error));
        Assert.Empty(bench.Retries);
    }

    [Fact]
    public void Other_jobs_and_pings_go_on_while_a_failed_job_pauses()
    {
        var bench = new Bench();
        var connection = bench.Running(First);
        bench.StorageIsQuick = false;
        bench.Say(connection, Write(1000));
        bench.Answer(0, Passing);
        bench.StorageIsQuick = true;

        Assert.Equal([1001UL], bench.Say(connection, Read(1001)).Select(JobOf));
        Assert.IsType<Message.Imok>(Assert.Single(bench.Say(connection, new Message.Ruok())));
    }

    [Fact]
    public void Retry_of_a_connection_that_has_ended_is_dropped()
    {
        var bench = new Bench();
        var connection = bench.Running(First);
        bench.StorageIsQuick = false;
        bench.Say(connection, Write(1000));
        bench.Answer(0, Passing);
        bench.Machine.Ended(connection);

        bench.RetryNow();

        Assert.Empty(bench.Work);
    }

    [Fact]
    public void Failed_live_repair_is_reported_and_closes()
    {
        var bench = new Bench();
        var connection = bench.Running(First);
        bench.StorageIsQuick = false;
        bench.Say(connection, OfKind(MessageKind.ExtentLiveRepair));

        var replies = bench.Answer(0, Lasting);

        Assert.IsType<Message.ErrorReport>(Assert.Single(replies));
        Assert.Equal(DownstairsCloseCause.RepairFailed, bench.CauseOf(connection));
    }

    [Fact]
    public void Failed_reconciliation_step_has_its_own_answer_and_the_connection_stays()
    {
        var bench = new Bench();
        var connection = bench.Running(First);
        bench.StorageIsQuick = false;
        bench.Say(connection, new Message.ExtentClose(new(3), new(2)));

        var replies = bench.Answer(0, Lasting);

        Assert.Equal([new Message.ExtentError(new(3), new(2), Lasting.Error)], replies);
        Assert.Empty(bench.Closed);
    }

    [Fact]
    public void Live_repair_reopen_that_arrives_first_waits_for_its_close_and_noops()
    {
        var bench = new Bench();
        var connection = bench.Running(First);
        Assert.Empty(bench.Say(connection, new Message.ExtentLiveReopen(First, new(1003), [new(1002)], new(0))));

        var closed = bench.Say(connection, new Message.ExtentLiveClose(First, new(1000), [], new(0)));
        bench.Say(connection, new Message.ExtentLiveNoOp(First, new(1001), [new(1000)]));
        var last = bench.Say(connection, new Message.ExtentLiveNoOp(First, new(1002), [new(1001)]));

        Assert.Equal(new Message.ExtentState(new(4), new(2), true),
            Assert.IsType<Message.ExtentLiveCloseAck>(Assert.Single(closed)).Result.Value);
        Assert.Equal(2, last.Length);
        Assert.IsType<Message.ExtentLiveReopen>(bench.Performed[^1]);
    }

    [Fact]
    public void Storage_is_given_no_more_than_the_limit_and_connections_take_turns()
    {
        var bench = new Bench(readOnly: true);
        var a = bench.Running(First, readOnly: true);
        var b = bench.Running(Other, readOnly: true);
        bench.StorageIsQuick = false;
        for (var i = 0u; i < 100; i++)
            bench.Say(a, ReadBy(First, 1000 + i));
        bench.Say(b, ReadBy(Other, 5000));
        Assert.Equal(DownstairsLimits.JobsInFlightMax, bench.Work.Count);

        bench.Answer(0, Good(bench.Work[0].Work));
        bench.Answer(0, Good(bench.Work[0].Work));

        // The second connection's only job is among the next two, not behind the first one's hundred.
        Assert.Contains(5000UL, bench.PerformedJobs());
    }

    [Fact]
    public void Connection_that_queues_without_end_is_closed_at_the_limit()
    {
        var bench = new Bench();
        var connection = bench.Running(First);
        for (var i = 0u; i < DownstairsLimits.JobsQueuedMax; i++)
            bench.Say(connection, Read(1000 + i, 1));
        Assert.Empty(bench.Closed);

        bench.Say(connection, Read(999_999, 1));

        Assert.Equal(DownstairsCloseCause.LimitMet, bench.CauseOf(connection));
    }

    private static Message OfKind(MessageKind kind) => kind switch
    {
        MessageKind.Write => Write(1000),
        MessageKind.WriteUnwritten => new Message.WriteUnwritten(First, new(1000), [], new(0), [default], new byte[512]),
        MessageKind.ExtentClose => new Message.ExtentClose(new(0), new(0)),
        MessageKind.ExtentReopen => new Message.ExtentReopen(new(0), new(0)),
        MessageKind.ExtentFlush => new Message.ExtentFlush(new(0), new(0), new(0), new(1), new(1)),
        MessageKind.ExtentRepair => new Message.ExtentRepair(new(0), new(0), new(0), new(0, 0), []),
        MessageKind.ExtentLiveClose => new Message.ExtentLiveClose(First, new(1000), [], new(0)),
        MessageKind.ExtentLiveFlushClose =>
            new Message.ExtentLiveFlushClose(First, new(1000), [], new(0), new(1), new(1)),
        MessageKind.ExtentLiveRepair => new Message.ExtentLiveRepair(First, new(1000), [], new(0), new(0), new(0, 0)),
        MessageKind.ExtentLiveReopen => new Message.ExtentLiveReopen(First, new(1000), [], new(0)),
        MessageKind.ExtentLiveNoOp => new Message.ExtentLiveNoOp(First, new(1000), []),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
