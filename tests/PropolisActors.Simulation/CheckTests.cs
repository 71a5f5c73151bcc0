using System.Net;
using Crucible.Simulation;
using Crucible.Simulation.Checks;
using Crucible.Simulation.World;
using Crucible.Wire;

namespace PropolisActors.Simulation;

/// <summary>Each check by itself, shown what it must object to.</summary>
public sealed class CheckTests
{
    private static readonly SessionIds Old = new(
        new UpstairsId(new Guid(1, 0, 0, new byte[8])), new SessionId(new Guid(2, 0, 0, new byte[8])));
    private static readonly SessionIds New = Old with { Session = new SessionId(new Guid(3, 0, 0, new byte[8])) };

    [Fact]
    public void Fencing_check_objects_to_a_write_of_an_upstairs_that_lost_its_place()
    {
        var check = new FencingCheck(new IPEndPoint(IPAddress.Loopback, 1));
        check.Announce(new Message.YouAreNowActive(Old, new Generation(1)));
        check.Executing(Write(Old, 1000));
        check.Announce(new Message.YouAreNowActive(New, new Generation(2)));

        Objects("S3", () => check.Executing(Write(Old, 1001)));
        Objects("S3", () => check.Announce(new Message.YouAreNowActive(Old, new Generation(1))));
    }

    [Fact]
    public void Conversation_check_objects_to_jobs_that_come_too_early_or_wait_for_the_unknown()
    {
        var early = new ConversationCheck(new UpstairsJobsCheck());
        Objects("Invariant 3", () => early.Says(Write(Old, 1000)));

        var check = new ConversationCheck(new UpstairsJobsCheck());
        check.Says(new Message.LastFlush(new JobId(1005)));
        check.Says(Write(Old, 1006, 1005));
        Objects("Invariant 4", () => check.Says(Write(Old, 1007, 1003)));
        check.Says(Flush(1008, 2));
        Objects("Invariant 4", () => check.Says(Write(Old, 1009, 1006)));
    }

    [Fact]
    public void Jobs_check_objects_to_an_id_with_two_meanings_and_to_a_flush_number_that_falls()
    {
        var check = new UpstairsJobsCheck();
        check.Sent(Write(Old, 1000), new JobId(1000));
        check.Sent(Flush(1001, 5), new JobId(1001));

        Objects("Invariant 1", () => check.Sent(Flush(1000, 6), new JobId(1000)));
        Objects("Invariant 1", () => check.Sent(Flush(1002, 5), new JobId(1002)));
    }

    [Fact]
    public void History_objects_to_a_read_of_an_older_version_and_to_bytes_nobody_wrote()
    {
        var incarnation = new Incarnation(1, Old, [0], bornFenced: false);
        incarnation.Accepted(0, 1);
        incarnation.Accepted(0, 2);
        var block = new byte[512];
        BlockPattern.Fill(block, 0, 2);
        VolumeHistory.ReadDone(incarnation, 0, [1], block);
        VolumeHistory.ReadDone(incarnation, 0, [2], block);

        BlockPattern.Fill(block, 0, 1);
        Objects("S2", () => VolumeHistory.ReadDone(incarnation, 0, [2], block));
        block[300] ^= 1;
        Objects("S2", () => VolumeHistory.ReadDone(incarnation, 0, [1], block));
    }

    [Fact]
    public void History_objects_to_a_flush_that_only_one_disk_holds()
    {
        var history = new VolumeHistory(new VolumeShape(512, 1, 1, ReadOnly: false, Quorum: 3));
        var incarnation = new Incarnation(1, Old, [0], bornFenced: false);
        history.WriteAccepted(incarnation, 0, history.NewVersion());

        Objects("S1", () => history.FlushDone(incarnation, incarnation.LastOfAll(), []));
    }

    private static void Objects(string rule, Action action) =>
        Assert.Equal(rule, Assert.Throws<SimulationFailure>(action).Rule);

    private static Message.Write Write(SessionIds by, ulong job, params ulong[] after) => new(
        by, new JobId(job), [.. after.Select(id => new JobId(id))], new BlockIndex(0), [], ReadOnlyMemory<byte>.Empty);

    private static Message.Flush Flush(ulong job, ulong number) =>
        new(Old, new JobId(job), [], new FlushNumber(number), new Generation(1), null, null);
}
