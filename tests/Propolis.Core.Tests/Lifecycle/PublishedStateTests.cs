using Propolis.Core.Lifecycle;

namespace Propolis.Core.Tests.Lifecycle;

public class PublishedStateTests
{
    [Fact]
    public void Every_publication_raises_the_generation_by_one_even_if_nothing_changed()
    {
        var first = PublishedState.First(InstanceState.Creating, VmRun.Start);
        var again = first.Next(InstanceState.Creating, VmRun.Start);
        var migrating = again.Next(
            new MigrationStatuses(new MigrationStatus(Guid.Empty, MigrationState.Sync), null), VmRun.Start);

        Assert.Equal([1UL, 2UL, 3UL], [first.Current.Gen, again.Current.Gen, migrating.Current.Gen]);
        Assert.Equal(
            MigrationState.Sync, migrating.Next(InstanceState.Running, VmRun.Start).Current.Migrations.In!.State);
    }

    [Fact]
    public void History_is_bounded_and_keeps_the_latest_in_order()
    {
        var published = PublishedState.First(InstanceState.Creating, VmRun.Start);
        for (var i = 0; i < 2 * StateHistory.EntriesMax; i++)
            published = published.Next(InstanceState.Running, VmRun.Start.AddSeconds(i));

        var gens = published.History.Entries.Select(e => e.Gen);
        var last = published.Current.Gen;
        Assert.Equal(Enumerable.Range((int)last - StateHistory.EntriesMax + 1, StateHistory.EntriesMax)
            .Select(g => (ulong)g), gens);
    }

    [Theory]
    [InlineData(0, false, MonitorAnswer.AnswerNow)]
    [InlineData(2, false, MonitorAnswer.AnswerNow)]
    [InlineData(3, false, MonitorAnswer.AnswerNow)]
    [InlineData(4, false, MonitorAnswer.Wait)]
    [InlineData(ulong.MaxValue, false, MonitorAnswer.Wait)]
    [InlineData(3, true, MonitorAnswer.AnswerNow)]
    [InlineData(0, true, MonitorAnswer.AnswerNow)]
    [InlineData(4, true, MonitorAnswer.Gone)]
    [InlineData(ulong.MaxValue, true, MonitorAnswer.Gone)]
    public void A_monitor_waits_only_for_a_generation_that_can_still_come(
        ulong asked, bool ended, MonitorAnswer expected)
    {
        var snapshot = new InstanceStateSnapshot(3, InstanceState.Running, MigrationStatuses.None);

        Assert.Equal(expected, MonitorDecision.For(asked, snapshot, ended));
    }

    [Fact]
    public void A_monitor_without_any_vm_finds_no_instance() =>
        Assert.Equal(MonitorAnswer.NoInstance, MonitorDecision.For(0, snapshot: null, ended: false));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(601)]
    public void A_grace_outside_its_range_is_refused(int seconds) => Assert.Throws<ArgumentOutOfRangeException>(
        () => new VmOptions { StopGrace = TimeSpan.FromSeconds(seconds) });
}
