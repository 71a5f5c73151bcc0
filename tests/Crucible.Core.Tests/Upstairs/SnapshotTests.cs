using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Core.Tests.Upstairs;

public class SnapshotTests
{
    private static readonly JobId First = new(1000);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public void Snapshot_is_asked_of_all_three_by_name_and_answered_when_all_have_made_it()
    {
        var bench = new Bench().Active();
        var request = Snapshot(bench);
        for (var slot = 0; slot < 3; slot++)
        {
            Assert.Equal("monday", Assert.IsType<Message.Flush>(bench.LastSent(slot)).SnapshotName);
            Assert.True(bench.IsOpen(request));
            bench.Ack(slot, First);
        }

        bench.AssertOk(request);
    }

    [Theory]
    [InlineData(CrucibleErrorKind.SnapshotFailed)]
    [InlineData(CrucibleErrorKind.Unsupported)]
    public void Snapshot_that_one_server_cannot_make_fails_the_request_and_not_its_slot(CrucibleErrorKind kind)
    {
        var bench = new Bench().Active();
        var request = Snapshot(bench);
        bench.Ack(0, First);
        bench.Ack(1, First, new CrucibleError.WithText(kind, "no room"));
        Assert.True(bench.IsOpen(request));
        bench.Ack(2, First);
        Assert.NotNull(bench.ErrorOf(request));
        Assert.All(bench.Status.Slots, slot => Assert.True(slot.Active && slot.InSync));
        Assert.Contains("no room", bench.Slot(1).LastError, StringComparison.Ordinal);
        Assert.Equal(0, bench.Status.JobsBuffered);

        // It was flushed all the same, and is told so when it comes back.
        bench.Lose(1);
        bench.ReconnectDue(1);
        bench.NegotiateToRegion(1);
        Assert.Equal(First, Assert.IsType<Message.LastFlush>(bench.Sent(1)[^1]).LastFlushJob);
    }

    [Fact]
    public void Other_error_of_a_snapshot_flush_faults_its_slot()
    {
        var bench = new Bench().Active();
        var request = Snapshot(bench);
        bench.Ack(0, First, CrucibleError.Io("disk"));
        bench.Ack(1, First);
        bench.Ack(2, First);
        Assert.NotNull(bench.ErrorOf(request));
        Assert.Equal(SlotMode.Faulted, bench.Slot(0).Mode);
    }

    [Theory]
    [InlineData("faulted")]
    [InlineData("repairing")]
    public void Snapshot_is_refused_at_once_unless_all_three_copies_are_whole(string situation)
    {
        var bench = new Bench().Active();
        bench.Write(0);
        bench.Ack(1, First, CrucibleError.Io("disk"));
        if (situation == "repairing")
        {
            bench.ReconnectDue(1);
            bench.Negotiate(1);
        }

        bench.AssertKind(CrucibleErrorKind.IoError, Snapshot(bench));
    }

    [Fact]
    public void Snapshot_past_its_deadline_fails_with_the_name_of_the_server_that_kept_it_waiting()
    {
        var bench = new Bench().Active();
        var request = Snapshot(bench);
        Assert.Equal((First, Deadline), bench.Effects.OfType<UpstairsEffect.ArmSnapshotDeadline>().Select(e => (e.Job, e.Delay)).Single());
        bench.Ack(0, First);
        bench.Ack(2, First);
        bench.Say(1, new Message.ErrorReport(Bench.Ids, First, new CrucibleError.WithText(CrucibleErrorKind.SnapshotFailed, "busy")));
        bench.Do(new UpstairsInput.SnapshotDue(First));
        var error = Assert.IsType<CrucibleError.WithText>(bench.ErrorOf(request));
        Assert.Equal(CrucibleErrorKind.SnapshotFailed, error.Kind);
        Assert.Contains("127.0.0.1:2", error.Text, StringComparison.Ordinal);
        Assert.Contains("busy", error.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1:1", error.Text, StringComparison.Ordinal);

        // The late answer is taken, nobody is answered twice, and the job can be forgotten.
        bench.Ack(1, First);
        Assert.Equal(0, bench.Status.JobsBuffered);
    }

    [Fact]
    public void Deadline_of_a_snapshot_that_was_answered_changes_nothing()
    {
        var bench = new Bench().Active();
        var request = Snapshot(bench);
        bench.AckEverywhere(First);
        bench.Do(new UpstairsInput.SnapshotDue(First));
        Assert.Empty(bench.Effects);
        bench.AssertOk(request);
    }

    [Fact]
    public void Snapshot_of_a_read_only_region_set_is_refused()
    {
        var bench = new Bench(readOnly: true).Active();
        bench.AssertKind(CrucibleErrorKind.ModifyingReadOnlyRegion, Snapshot(bench));
        bench = new Bench();
        bench.AssertKind(CrucibleErrorKind.UpstairsInactive, Snapshot(bench));
    }

    private static RequestId Snapshot(Bench bench) =>
        bench.Ask(r => new UpstairsInput.Flush(r, "monday", Deadline));
}
