using Crucible.Core.Downstairs;
using Crucible.Wire;
using static Crucible.Core.Tests.Downstairs.Bench;

namespace Crucible.Core.Tests.Downstairs;

public sealed class NegotiationTests
{
    [Fact]
    public void Hello_of_the_same_version_is_answered_with_version_and_repair_address()
    {
        var bench = new Bench();

        var answer = Assert.IsType<Message.YesItsMe>(Assert.Single(bench.Say(bench.Open(), Hello(First))));

        Assert.Equal(13u, answer.Version);
        Assert.Equal(13000, answer.RepairAddress.Port);
        Assert.Empty(bench.Closed);
    }

    [Theory]
    [InlineData(12u)]
    [InlineData(14u)]
    public void Hello_of_another_version_is_told_ours_and_closed(uint version)
    {
        var bench = new Bench();
        var connection = bench.Open();

        var answer = bench.Say(connection, Hello(First, version: version, alternates: [11, 15]));

        Assert.Equal([new Message.VersionMismatch(13)], answer);
        Assert.Equal(DownstairsCloseCause.VersionMismatch, bench.CauseOf(connection));
    }

    [Fact]
    public void Hello_of_a_newer_version_that_lists_ours_is_accepted()
    {
        var bench = new Bench();

        var answer = bench.Say(bench.Open(), Hello(First, version: 14, alternates: [12, 13]));

        Assert.IsType<Message.YesItsMe>(Assert.Single(answer));
    }

    [Fact]
    public void Hello_that_mismatches_in_everything_is_told_in_the_order_version_read_only_encryption()
    {
        var bench = new Bench();

        Assert.Equal(
            [new Message.VersionMismatch(13)],
            bench.Say(bench.Open(), Hello(First, version: 12, readOnly: true, encrypted: true)));
        Assert.Equal(
            [new Message.ReadOnlyMismatch(false)],
            bench.Say(bench.Open(), Hello(First, readOnly: true, encrypted: true)));
        Assert.Equal(
            [new Message.EncryptedMismatch(false)], bench.Say(bench.Open(), Hello(First, encrypted: true)));
        Assert.Equal(3, bench.Closed.Count);
    }

    [Fact]
    public void Mismatch_tells_our_own_setting_when_it_is_true()
    {
        var bench = new Bench(readOnly: true, encrypted: true);

        Assert.Equal([new Message.ReadOnlyMismatch(true)], bench.Say(bench.Open(), Hello(First)));
        Assert.Equal(
            [new Message.EncryptedMismatch(true)], bench.Say(bench.Open(), Hello(First, readOnly: true)));
    }

    [Fact]
    public void Negotiation_to_the_end_says_what_the_region_is()
    {
        var bench = new Bench();
        var connection = bench.Connected(First);

        Assert.Equal(
            [new Message.YouAreNowActive(First, new(5))],
            bench.Say(connection, new Message.PromoteToActive(First, new(5))));
        Assert.Equal([new Message.RegionInfo(Region)], bench.Say(connection, new Message.RegionInfoPlease()));
        var versions = Assert.IsType<Message.ExtentVersions>(
            Assert.Single(bench.Say(connection, new Message.ExtentVersionsPlease())));
        Assert.Equal([false, false, false], versions.DirtyBits);
    }

    public static TheoryData<int, int> StepsOutOfOrder()
    {
        // Every step in every phase but its own: 5 phases, 5 messages.
        var data = new TheoryData<int, int>();
        int[] phaseOfStep = [0, 1, 2, 3, 3];
        for (var phase = 0; phase <= 4; phase++)
        {
            for (var step = 0; step < phaseOfStep.Length; step++)
            {
                if (phaseOfStep[step] != phase)
                    data.Add(phase, step);
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(StepsOutOfOrder))]
    public void Negotiation_step_out_of_order_closes_without_a_reply(int phase, int step)
    {
        Message[] steps =
        [
            Hello(First), new Message.PromoteToActive(First, new(1)), new Message.RegionInfoPlease(),
            new Message.ExtentVersionsPlease(), new Message.LastFlush(null),
        ];
        var bench = new Bench();
        var connection = bench.Open();
        for (var i = 0; i < phase; i++)
            bench.Say(connection, steps[i]);

        Assert.Empty(bench.Say(connection, steps[step]));

        Assert.Equal(DownstairsCloseCause.OutOfOrder, bench.CauseOf(connection));
    }

    [Fact]
    public void Ping_is_answered_in_every_phase_also_while_storage_is_slow()
    {
        var bench = new Bench();
        var connection = bench.Open();
        Assert.IsType<Message.Imok>(Assert.Single(bench.Say(connection, new Message.Ruok())));

        bench.Say(connection, Hello(First));
        bench.StorageIsQuick = false;
        bench.Say(connection, new Message.PromoteToActive(First, new(1)));

        Assert.IsType<Message.Imok>(Assert.Single(bench.Say(connection, new Message.Ruok())));
    }

    [Fact]
    public void Job_before_running_is_ignored_and_the_connection_stays()
    {
        var bench = new Bench();
        var connection = bench.Open();

        Assert.Empty(bench.Say(connection, Read(1)));
        Assert.IsType<Message.YesItsMe>(Assert.Single(bench.Say(connection, Hello(First))));

        Assert.Empty(bench.Performed);
        Assert.Empty(bench.Closed);
    }

    [Fact]
    public void Promotion_with_ids_other_than_the_hellos_is_told_the_negotiated_id_and_closed()
    {
        var bench = new Bench();
        var connection = bench.Connected(First);

        var answer = bench.Say(connection, new Message.PromoteToActive(Second, new(1)));

        Assert.Equal([new Message.UuidMismatch(VolumeA.Value)], answer);
        Assert.Equal(DownstairsCloseCause.UuidMismatch, bench.CauseOf(connection));
    }

    [Fact]
    public void Messages_sent_before_the_promotion_was_answered_are_kept_for_after_it()
    {
        // Goal: a peer that does not wait between its steps is served as if it had.
        var bench = new Bench { StorageIsQuick = false };
        var connection = bench.Connected(First);
        bench.Say(connection, new Message.PromoteToActive(First, new(1)));
        Assert.Empty(bench.Say(connection, new Message.RegionInfoPlease()));
        Assert.Empty(bench.Say(connection, new Message.LastFlush(new JobId(9))));
        Assert.Empty(bench.Say(connection, Read(10, 9)));

        var answer = bench.Answer(0, StorageResult.Done.Instance);

        Assert.Collection(
            answer, m => Assert.IsType<Message.YouAreNowActive>(m), m => Assert.IsType<Message.RegionInfo>(m));
        Assert.Equal([10UL], bench.PerformedJobs());
    }

    [Fact]
    public void Anything_after_a_close_is_ignored()
    {
        var bench = new Bench();
        var connection = bench.Open();
        bench.Say(connection, Hello(First, version: 12));

        Assert.Empty(bench.Say(connection, Hello(First)));
        Assert.Empty(bench.Say(connection, new Message.Ruok()));
        bench.Machine.Ended(connection);

        Assert.Equal(0, bench.Machine.ConnectionCount);
    }

    [Fact]
    public void Promotion_that_cannot_be_stored_closes_and_says_nothing()
    {
        var bench = new Bench { StorageIsQuick = false };
        var connection = bench.Connected(First);
        bench.Say(connection, new Message.PromoteToActive(First, new(1)));

        Assert.Empty(bench.Answer(0, new StorageResult.Failed(CrucibleError.Io("full"), MayPass: true)));

        Assert.Equal(DownstairsCloseCause.StorageFailed, bench.CauseOf(connection));
        bench.Promoted(First);
        // The record on disk is still not the one in memory, so it is written again.
        Assert.Equal(2, bench.Stored.Count);
    }
}
