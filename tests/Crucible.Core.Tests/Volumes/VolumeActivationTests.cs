using Crucible.Core.Volumes;
using Crucible.Wire;

namespace Crucible.Core.Tests.Volumes;

public class VolumeActivationTests
{
    private static readonly RegionSetIndex First = new(0);
    private static readonly RegionSetIndex Second = new(1);

    [Fact]
    public void Demand_activates_all_region_sets_at_once_and_reports_when_the_last_is_active()
    {
        var drive = new Drive("V(R(2;a b c), R(5;d e f))");

        Assert.Equal<VolumeEffect>(
            [
                new VolumeEffect.Activate(new Attempt(1), First, new Generation(2)),
                new VolumeEffect.Activate(new Attempt(1), Second, new Generation(5)),
            ],
            drive.Demand(true));
        Assert.Empty(drive.Activated(1));
        Assert.Empty(drive.Activated(1));
        Assert.Equal([Drive.Reported(new VolumeReport.VolumeActive())], drive.Activated(0));
    }

    [Fact]
    public void A_volume_of_files_alone_is_active_and_inactive_at_once()
    {
        var drive = new Drive("V(file | url)");

        Assert.Equal([Drive.Reported(new VolumeReport.VolumeActive())], drive.Demand(true));
        Assert.Equal([Drive.Reported(new VolumeReport.VolumeActive())], drive.Demand(true));
        Assert.Equal([Drive.Reported(new VolumeReport.VolumeInactive(Flushed: true))], drive.Demand(false));
        Assert.IsType<VolumePhase.Idle>(drive.State.Phase);
    }

    [Theory]
    [InlineData("Activating")]
    [InlineData("HalfActivated")]
    [InlineData("Active")]
    public void Failure_of_one_region_set_withdraws_all_and_is_reported(string phase)
    {
        var drive = Drive.In(phase);
        var reason = new VolumeFailure(First, Drive.Overtaken);

        Assert.Equal(
            [new VolumeEffect.Withdraw(new Attempt(1)), Drive.Reported(new VolumeReport.VolumeFailed(reason))],
            drive.Step(new VolumeInput.Failed(new Attempt(1), First, Drive.Overtaken)));
        Assert.Equal(new VolumePhase.Failed(reason), drive.State.Phase);
    }

    [Fact]
    public void Withdrawn_demand_ends_a_pending_activation_at_once_and_its_late_answers_are_dropped()
    {
        var drive = Drive.In("HalfActivated");

        Assert.Equal(
            [new VolumeEffect.Withdraw(new Attempt(1)), Drive.Reported(new VolumeReport.VolumeInactive(Flushed: true))],
            drive.Demand(false));
        drive.Demand(true);
        Assert.Empty(drive.Step(new VolumeInput.Activated(new Attempt(1), First)));
        Assert.Empty(drive.Step(new VolumeInput.Failed(new Attempt(1), First, Drive.Overtaken)));
        Assert.Equal(new VolumePhase.Activating(new Attempt(2), [First, Second]), drive.State.Phase);
    }

    [Fact]
    public void Deactivation_waits_for_every_region_set_to_flush()
    {
        var drive = Drive.In("Active");

        Assert.Equal<VolumeEffect>([new VolumeEffect.Deactivate(new Attempt(1))], drive.Demand(false));
        Assert.Empty(drive.Step(new VolumeInput.Deactivated(new Attempt(1), Second)));
        Assert.Empty(drive.Step(new VolumeInput.Deactivated(new Attempt(1), Second)));
        Assert.Equal(
            [Drive.Reported(new VolumeReport.VolumeInactive(Flushed: true))],
            drive.Step(new VolumeInput.Deactivated(new Attempt(1), First)));
        Assert.Empty(drive.Step(new VolumeInput.GraceElapsed(new Attempt(1))));
    }

    [Fact]
    public void A_region_set_that_fails_to_flush_does_not_cut_another_one_short()
    {
        var drive = Drive.In("Deactivating");

        Assert.Empty(drive.Step(new VolumeInput.Failed(new Attempt(1), First, Drive.Overtaken)));
        Assert.Equal(
            [Drive.Reported(new VolumeReport.VolumeInactive(Flushed: false))],
            drive.Step(new VolumeInput.Deactivated(new Attempt(1), Second)));
    }

    [Fact]
    public void Grace_that_ends_before_the_flush_withdraws_what_is_left()
    {
        var drive = Drive.In("HalfDeactivated");

        Assert.Equal(
            [new VolumeEffect.Withdraw(new Attempt(1)), Drive.Reported(new VolumeReport.VolumeInactive(Flushed: false))],
            drive.Step(new VolumeInput.GraceElapsed(new Attempt(1))));
    }

    [Fact]
    public void Demand_that_comes_back_while_deactivating_activates_afterwards()
    {
        var drive = Drive.In("WantedAgain");

        drive.Step(new VolumeInput.Deactivated(new Attempt(1), Second));
        Assert.Equal<VolumeEffect>(
            [
                new VolumeEffect.Activate(new Attempt(2), First, new Generation(2)),
                new VolumeEffect.Activate(new Attempt(2), Second, new Generation(2)),
            ],
            drive.Step(new VolumeInput.Deactivated(new Attempt(1), First)));
    }

    [Fact]
    public void Demand_is_always_answered_by_a_report_of_what_is_so()
    {
        Assert.Equal([Drive.Reported(new VolumeReport.VolumeActive())], Drive.In("Active").Demand(true));
        Assert.Equal([Drive.Reported(new VolumeReport.VolumeInactive(true))], Drive.In("Idle").Demand(false));
        Assert.Equal([Drive.Reported(new VolumeReport.VolumeInactive(false))], Drive.In("Failed").Demand(false));
        Assert.Equal(2, Drive.In("Failed").Demand(true).Length);
    }

    [Fact]
    public void Generation_of_a_replacement_is_used_by_the_next_activation_and_not_before()
    {
        var drive = new Drive("V(R(2;a b c))");
        drive.Demand(true);
        drive.Activated(0);

        Assert.Equal(Drive.Accepted(VolumeReplaceResult.VcrMatches), drive.ReplaceWhole(1, "V(R(7;a b c))"));
        Assert.DoesNotContain(drive.Demand(false), e => e is VolumeEffect.Activate);
        drive.Step(new VolumeInput.Deactivated(new Attempt(1), First));
        Assert.Equal<VolumeEffect>(
            [new VolumeEffect.Activate(new Attempt(2), First, new Generation(7))], drive.Demand(true));
    }
}
