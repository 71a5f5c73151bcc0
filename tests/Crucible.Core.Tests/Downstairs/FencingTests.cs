using Crucible.Core.Downstairs;
using Crucible.Wire;
using static Crucible.Core.Tests.Downstairs.Bench;

namespace Crucible.Core.Tests.Downstairs;

public sealed class FencingTests
{
    public static TheoryData<ulong, string, bool> Candidates => new()
    {
        // An upstairs First of generation 10 is active; who may take its place?
        { 9, "First", false },
        { 9, "Second", false },
        { 9, "Other", false },
        { 10, "First", true },
        { 10, "Second", false },
        { 10, "Other", false },
        { 11, "First", true },
        { 11, "Second", true },
        { 11, "Other", true },
    };

    [Theory]
    [MemberData(nameof(Candidates))]
    public void Candidate_beside_an_active_upstairs_is_judged_by_generation_and_session(
        ulong generation, string who, bool accepted)
    {
        var ids = who switch { "First" => First, "Second" => Second, _ => Other };
        var bench = new Bench();
        var active = bench.Running(First, 10);
        var candidate = bench.Connected(ids, generation);

        var sent = bench.Say(candidate, new Message.PromoteToActive(ids, new(generation)));

        if (accepted)
        {
            Assert.Equal(
                [new Message.YouAreNoLongerActive(ids, new(generation)), new Message.YouAreNowActive(ids, new(generation))],
                sent);
            Assert.Equal(DownstairsCloseCause.Superseded, bench.CauseOf(active));
            Assert.Null(bench.CauseOf(candidate));
        }
        else
        {
            Assert.Empty(sent);
            Assert.Equal(DownstairsCloseCause.PromotionRefused, bench.CauseOf(candidate));
            Assert.Null(bench.CauseOf(active));
            Assert.IsType<Message.ReadResponse>(Assert.Single(bench.Say(active, Read(1000))));
        }
    }

    [Fact]
    public void Refused_candidate_of_the_active_id_does_not_evict_it_by_leaving_or_coming_again()
    {
        var bench = new Bench();
        var active = bench.Running(First, 10);

        for (var attempt = 0; attempt < 3; attempt++)
        {
            var duplicate = bench.Promoted(Second, 9);
            Assert.Equal(DownstairsCloseCause.PromotionRefused, bench.CauseOf(duplicate));
            bench.Machine.Ended(duplicate);
        }

        Assert.Equal(1, bench.Machine.ActiveCount);
        Assert.IsType<Message.ReadResponse>(Assert.Single(bench.Say(active, Read(1000))));
    }

    [Fact]
    public void Half_negotiated_connection_of_the_active_id_that_drops_leaves_it_alone()
    {
        var bench = new Bench();
        var active = bench.Running(First, 10);
        bench.Machine.Ended(bench.Connected(First, 10));
        bench.Machine.Ended(bench.Open());

        var rival = bench.Promoted(Other, 10);

        Assert.Equal(DownstairsCloseCause.PromotionRefused, bench.CauseOf(rival));
        Assert.IsType<Message.ReadResponse>(Assert.Single(bench.Say(active, Read(1000))));
    }

    [Fact]
    public void Loser_of_a_takeover_has_its_waiting_jobs_dropped_and_its_late_results_ignored()
    {
        var bench = new Bench();
        var loser = bench.Running(First, 1);
        bench.StorageIsQuick = false;
        bench.Say(loser, Write(1000));
        bench.Say(loser, Write(1001, 1000));

        var winner = bench.Connected(Other, 2);
        var sent = bench.Say(winner, new Message.PromoteToActive(Other, new(2)));

        // The running write ends before the promotion's own work, which waits in the same line.
        Assert.Equal([new Message.YouAreNoLongerActive(Other, new(2))], sent);
        Assert.IsType<StorageWork.Perform>(bench.Work[0].Work);
        Assert.IsType<StorageWork.Promote>(bench.Work[1].Work);
        Assert.Empty(bench.Answer(0, StorageResult.Done.Instance));
        Assert.Equal([new Message.YouAreNowActive(Other, new(2))], bench.Answer(0, StorageResult.Done.Instance));
        Assert.Equal([1000UL], bench.PerformedJobs());
    }

    [Fact]
    public void Candidate_overtaken_while_its_promotion_is_being_stored_never_hears_that_it_is_active()
    {
        var bench = new Bench { StorageIsQuick = false };
        var overtaken = bench.Promoted(First, 1);
        var winner = bench.Promoted(Other, 2);
        Assert.Equal(DownstairsCloseCause.Superseded, bench.CauseOf(overtaken));

        Assert.Empty(bench.Answer(0, StorageResult.Done.Instance));
        var sent = bench.Answer(0, StorageResult.Done.Instance);

        Assert.Equal([new Message.YouAreNowActive(Other, new(2))], sent);
        Assert.All(bench.Sent, s => Assert.False(s.On == overtaken && s.Message is Message.YouAreNowActive));
        Assert.Null(bench.CauseOf(winner));
    }

    [Fact]
    public void Highest_generation_is_stored_before_the_promotion_is_answered_and_only_when_it_changes()
    {
        var bench = new Bench();
        bench.Machine.Ended(bench.Running(First, 7));
        bench.Machine.Ended(bench.Running(First, 7));
        bench.Machine.Ended(bench.Running(Other, 8));

        Assert.Equal([7UL, 8UL], bench.Stored.Select(r => r.Generation.Value));
        Assert.Equal([First, Other], bench.Stored.Select(r => r.Ids));
    }

    [Theory]
    [InlineData(6, false)]
    [InlineData(7, true)]
    [InlineData(8, true)]
    public void Upstairs_after_a_restart_is_judged_by_the_stored_generation(ulong generation, bool accepted)
    {
        var bench = new Bench(stored: new(new(7), First, []));

        var connection = bench.Promoted(First, generation);

        Assert.Equal(accepted ? null : DownstairsCloseCause.PromotionRefused, bench.CauseOf(connection));
    }

    [Fact]
    public void Session_that_was_followed_by_another_of_its_generation_never_comes_back_with_it()
    {
        // Goal: a volume attached anew with an unchanged generation works, but the session before it, which may still
        // hold writes, can no longer replay them here, not even after a restart.
        var bench = new Bench();
        bench.Machine.Ended(bench.Running(First, 7));
        bench.Machine.Ended(bench.Running(Second, 7));

        Assert.Equal(DownstairsCloseCause.PromotionRefused, bench.CauseOf(bench.Promoted(First, 7)));
        var restarted = new Bench(stored: bench.Stored[^1]);
        Assert.Equal(DownstairsCloseCause.PromotionRefused, restarted.CauseOf(restarted.Promoted(First, 7)));
        Assert.Null(restarted.CauseOf(restarted.Promoted(Second, 7)));
        Assert.Null(restarted.CauseOf(restarted.Promoted(First, 8)));
    }

    [Fact]
    public void Superseded_sessions_of_one_generation_have_a_limit_that_a_newer_generation_lifts()
    {
        var bench = new Bench();
        SessionIds Session(int n) => new(VolumeA, new(new Guid(n, 0, 0, new byte[8])));
        for (var n = 0; n <= DownstairsLimits.SupersededMax; n++)
        {
            var connection = bench.Running(Session(n), 1);
            Assert.Null(bench.CauseOf(connection));
            bench.Machine.Ended(connection);
        }

        var one = bench.Promoted(Session(1000), 1);
        var newer = bench.Promoted(Session(1000), 2);

        Assert.Equal(DownstairsCloseCause.PromotionRefused, bench.CauseOf(one));
        Assert.Null(bench.CauseOf(newer));
    }

    [Fact]
    public void Read_only_server_serves_different_upstairs_at_once_with_equal_job_ids()
    {
        var bench = new Bench(readOnly: true);
        var a = bench.Running(First, readOnly: true);
        var b = bench.Running(Other, readOnly: true);

        bench.Say(a, ReadBy(First, 1000));
        bench.Say(b, ReadBy(Other, 1001, 1000));
        bench.Say(b, ReadBy(Other, 1000));

        Assert.Equal(2, bench.Machine.ActiveCount);
        Assert.Equal([1000UL, 1000UL, 1001UL], bench.PerformedJobs());
        Assert.Empty(bench.Stored);
    }

    [Fact]
    public void Read_only_server_lets_a_newer_connection_of_one_upstairs_replace_the_older_whatever_the_generation()
    {
        var bench = new Bench(readOnly: true);
        var older = bench.Running(First, 5, readOnly: true);

        var newer = bench.Running(Second, 1, readOnly: true);

        Assert.Equal(DownstairsCloseCause.Superseded, bench.CauseOf(older));
        Assert.Null(bench.CauseOf(newer));
        Assert.Contains((older, (Message)new Message.YouAreNoLongerActive(Second, new(1))), bench.Sent);
    }
}
