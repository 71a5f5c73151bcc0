using Crucible.Core.Downstairs;
using Crucible.Wire;

namespace Crucible.Core.Tests.Downstairs;

public sealed class ReplayTests
{
    [Fact]
    public void Replay_after_a_lost_flush_answer_acknowledges_what_was_flushed_and_does_not_do_it_again()
    {
        // Goal: versions older than a flush never come back, even if the replay ends half-way.
        // Method: do 1000 to 1003, reconnect as if only the answer to 999 was heard, replay.
        var bench = new Bench();
        var first = bench.Running(Bench.First);
        bench.Say(first, Bench.Write(1000));
        bench.Say(first, Bench.Write(1001, 1000));
        bench.Say(first, Bench.Flush(1002, 1001));
        bench.Say(first, Bench.Write(1003, 1002));
        bench.Performed.Clear();

        var again = Replaying(bench, Bench.First, lastFlush: 999);
        var answers = bench.Say(again, Bench.Write(1000))
            .Concat(bench.Say(again, Bench.Write(1001, 1000)))
            .Concat(bench.Say(again, Bench.Flush(1002, 1001)))
            .Concat(bench.Say(again, Bench.Write(1003, 1002)));

        Assert.Equal([1000ul, 1001, 1002, 1003], answers.Select(Bench.JobOf));
        Assert.Equal([1003ul], bench.PerformedJobs());
    }

    [Fact]
    public void Replayed_job_that_was_flushed_still_waits_for_its_dependencies()
    {
        var bench = new Bench(flushed: new FlushMark(Bench.First.Session, new(1002)));
        var again = Replaying(bench, Bench.First, lastFlush: null);

        Assert.Empty(bench.Say(again, Bench.Write(1001, 1000)));

        Assert.Equal([1000ul, 1001], bench.Say(again, Bench.Write(1000)).Select(Bench.JobOf));
        Assert.Empty(bench.Performed);
    }

    [Fact]
    public void Mark_that_storage_kept_counts_after_a_restart()
    {
        var bench = new Bench(flushed: new FlushMark(Bench.First.Session, new(1002)));
        var again = Replaying(bench, Bench.First, lastFlush: null);

        bench.Say(again, Bench.Write(1002));
        bench.Say(again, Bench.Write(1003));

        Assert.Equal([1003ul], bench.PerformedJobs());
    }

    [Fact]
    public void Reads_are_done_again_in_a_replay()
    {
        var bench = new Bench(flushed: new FlushMark(Bench.First.Session, new(1002)));
        var again = Replaying(bench, Bench.First, lastFlush: null);

        bench.Say(again, Bench.Read(1001));

        Assert.Equal([1001ul], bench.PerformedJobs());
    }

    [Fact]
    public void Mark_of_another_session_says_nothing()
    {
        var bench = new Bench(flushed: new FlushMark(Bench.Second.Session, new(5000)));
        var again = Replaying(bench, Bench.First, lastFlush: null);

        bench.Say(again, Bench.Write(1000));

        Assert.Equal([1000ul], bench.PerformedJobs());
    }

    [Fact]
    public void Connection_that_does_not_replay_has_all_its_jobs_done()
    {
        var bench = new Bench(flushed: new FlushMark(Bench.First.Session, new(5000)));
        var running = bench.Running(Bench.First);

        bench.Say(running, Bench.Write(1000));

        Assert.Equal([1000ul], bench.PerformedJobs());
    }

    [Fact]
    public void Flush_of_a_part_leaves_no_mark()
    {
        var bench = new Bench();
        var first = bench.Running(Bench.First);
        bench.Say(first, Bench.Flush(1000) with { ExtentLimit = new(1) });
        bench.Performed.Clear();

        var again = Replaying(bench, Bench.First, lastFlush: null);
        bench.Say(again, Bench.Write(1000));

        Assert.Equal([1000ul], bench.PerformedJobs());
    }

    [Fact]
    public void Flush_that_ended_after_its_connection_did_still_counts()
    {
        var bench = new Bench();
        var first = bench.Running(Bench.First);
        bench.StorageIsQuick = false;
        bench.Say(first, Bench.Flush(1000));
        var again = bench.Connected(Bench.First);
        bench.Say(again, new Message.PromoteToActive(Bench.First, new(1)));
        bench.Answer(0, StorageResult.Done.Instance);
        bench.Answer(0, StorageResult.Done.Instance);
        bench.Say(again, new Message.RegionInfoPlease());
        bench.Say(again, new Message.LastFlush(null));
        bench.Performed.Clear();

        bench.Say(again, Bench.Flush(1000));

        Assert.Empty(bench.Performed);
    }

    [Fact]
    public void Failed_flush_leaves_no_mark()
    {
        var bench = new Bench { StorageIsQuick = true };
        var first = bench.Running(Bench.First);
        bench.StorageIsQuick = false;
        bench.Say(first, Bench.Flush(1000));
        bench.Answer(0, new StorageResult.Failed(CrucibleError.Io("no"), MayPass: false));
        bench.StorageIsQuick = true;
        bench.Performed.Clear();

        var again = Replaying(bench, Bench.First, lastFlush: null);
        bench.Say(again, Bench.Write(1000));

        Assert.Equal([1000ul], bench.PerformedJobs());
    }

    private static ConnectionNumber Replaying(Bench bench, SessionIds ids, ulong? lastFlush)
    {
        var connection = bench.Promoted(ids);
        bench.Say(connection, new Message.RegionInfoPlease());
        bench.Say(connection, new Message.LastFlush(lastFlush is { } job ? new JobId(job) : null));
        return connection;
    }
}
