using Propolis.Core.Lifecycle;
using Propolis.Core.Migration;

namespace Propolis.Core.Tests.Migration;

/// <summary>Every row of docs/migration.md: where a migration fails, and what becomes of both VMs.</summary>
public class MigrationPairTests
{
    [Fact]
    public void A_migration_publishes_the_contracts_states_in_the_contracts_order()
    {
        var pair = new MigrationPair().Run();

        Assert.Equal(
            [
                MigrationState.Sync, MigrationState.RamPush, MigrationState.Pause, MigrationState.Pause,
                MigrationState.RamPushDirty, MigrationState.Pause, MigrationState.Device, MigrationState.RamPush,
                MigrationState.Pause, MigrationState.RamPushDirty, MigrationState.Server, MigrationState.Finish,
            ],
            pair.SourcePublished);
        Assert.Equal(
            [
                MigrationState.Sync, MigrationState.RamPush, MigrationState.Pause, MigrationState.RamPushDirty,
                MigrationState.Pause, MigrationState.Device, MigrationState.RamPull, MigrationState.Server,
                MigrationState.Finish,
            ],
            pair.TargetPublished);
        AssertMoved(pair);
    }

    [Fact]
    public void A_peer_that_knows_no_hand_over_is_spoken_to_plainly()
    {
        var pair = new MigrationPair(MigrationDialect.Plain).Run();

        AssertMoved(pair);
        Assert.Equal(("target", 5UL), pair.Fence);
    }

    [Fact]
    public void A_replacement_during_the_hand_over_is_handed_over_too()
    {
        var quiet = new MigrationPair().Run();
        var busy = new MigrationPair { ReplacementsLeft = 3 }.Run();

        AssertMoved(busy);
        Assert.True(busy.Sent > quiet.Sent + 6, "three more rounds were expected");
    }

    [Fact]
    public void Replacements_without_end_fail_the_migration_and_the_guest_runs_on_at_its_source()
    {
        var pair = new MigrationPair { ReplacementsLeft = 1000 }.Run();

        AssertStayed(pair);
    }

    [Fact]
    public void A_target_that_cannot_reach_its_disks_fails_the_migration_before_the_point_of_no_return()
    {
        var pair = new MigrationPair { TargetIsCutOffFromDisks = true }.Run();

        AssertStayed(pair);
        Assert.Equal(MigrationState.Error, pair.SourcePublished[^1]);
        Assert.Equal(MigrationState.Error, pair.TargetPublished[^1]);
        // It may have taken the disks from one server of three: the source took them back with a newer generation.
        Assert.Equal(("source", 6UL), pair.Fence);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Exactly_one_server_runs_the_guest_wherever_the_way_is_cut(bool sourceCanBeAsked)
    {
        // Goal: every row of the table of failures. Method: cut before each message in turn; then let limits elapse.
        var messages = new MigrationPair().Run().Sent;
        var (stayed, moved) = (0, 0);
        for (var cut = 1; cut <= messages; cut++)
        {
            var pair = new MigrationPair { CutBefore = cut, SourceCanBeAsked = sourceCanBeAsked }.Run();
            Assert.True(pair.IsCut);
            if (pair.TargetVm is VmState.Running)
            {
                moved++;
                AssertMoved(pair);
            }
            else
            {
                stayed++;
                AssertStayed(pair);
            }
        }

        // Only the last message may be lost without the guest staying where it was.
        Assert.Equal((messages - 1, 1), (stayed, moved));
    }

    [Fact]
    public void A_plain_target_whose_source_cannot_be_asked_gives_up_rather_than_run_the_guest_twice()
    {
        var messages = new MigrationPair(MigrationDialect.Plain).Run().Sent;
        for (var cut = 1; cut <= messages; cut++)
        {
            var pair = new MigrationPair(MigrationDialect.Plain) { CutBefore = cut, SourceCanBeAsked = false }.Run();

            Assert.IsType<VmState.Ended>(pair.TargetVm);
            Assert.DoesNotContain("target", pair.Ran);
        }
    }

    [Fact]
    public void A_lie_at_any_step_ends_the_migration_and_not_the_guest()
    {
        // Method: at each message say something else instead, to either end, and see that one server runs the guest.
        MigrationFrame[] lies =
        [
            new MigrationFrame.MemDone(), new MigrationFrame.Page(new byte[GuestPages.PageBytes]),
            new MigrationFrame.MemFetch(PageRange.All(0, GuestPages.PageBytes)), new MigrationFrame.Serialized("no json"),
            new MigrationFrame.Blob(new byte[3]),
        ];
        foreach (var lie in lies)
        {
            foreach (var step in Enum.GetValues<SourceStep>().Where(s => s < SourceStep.HandOver))
            {
                var end = SourceAt(step, new MigrationInput.Said(lie));
                Assert.True(end is SourceStep.Done || end >= step, $"{lie} at {step} led to {end}");
            }
        }
    }

    private static SourceStep SourceAt(SourceStep step, MigrationInput input)
    {
        var state = new MigrationSourceState(MigrationPair.Id, new SpecTexts("", ""), step)
        {
            Dialect = MigrationDialect.HandOver,
            Image = new MachineImage(new byte[1], []),
        };
        return MigrationSource.Step(state, input, MigrationLimits.Default).State.Step;
    }

    private static void AssertMoved(MigrationPair pair)
    {
        Assert.IsType<VmState.Running>(pair.TargetVm);
        var ended = Assert.IsType<VmState.Ended>(pair.SourceVm);
        Assert.Equal((null, VmEnd.MigratedOut), (ended.FailureReason, ended.Outcome.How));
        Assert.Equal(["target"], pair.Ran);
        Assert.Equal("target", pair.Fence.Owner);
    }

    private static void AssertStayed(MigrationPair pair)
    {
        Assert.IsType<VmState.Running>(pair.SourceVm);
        var ended = Assert.IsType<VmState.Ended>(pair.TargetVm);
        Assert.NotNull(ended.FailureReason);
        Assert.DoesNotContain("target", pair.Ran);
        Assert.Equal("source", pair.Fence.Owner);
    }
}
