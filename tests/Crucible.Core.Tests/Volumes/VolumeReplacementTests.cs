using System.Globalization;
using Crucible.Core.Upstairs;
using Crucible.Core.Volumes;
using Crucible.Wire;

namespace Crucible.Core.Tests.Volumes;

public class VolumeReplacementTests
{
    private const string Original = "V(R(2;a b c), R(2;d e f))";

    public static readonly TheoryData<string> LivingPhases = new(
        "Idle", "Activating", "HalfActivated", "Active", "Deactivating", "HalfDeactivated", "WantedAgain", "Failed");

    [Theory]
    [MemberData(nameof(LivingPhases))]
    public void Replacement_is_taken_in_every_phase_and_changes_nothing_else(string phase)
    {
        var drive = Drive.In(phase);
        var before = drive.State.Phase;
        var vcr = "V(R(2;a b c), R(3;d x f))";

        Assert.Equal([Drive.AskedFor(1, 1, 'e', 'x')], drive.Replace(1, vcr));
        Assert.Equal(VcrRevision.First, drive.State.Record.Revision);
        var store = Assert.IsType<VolumeEffect.Store>(Assert.Single(drive.Started(1)));
        Assert.Equal(Vcrs.Text(vcr), store.Record.Text);
        Assert.Equal(new VcrRevision(2), store.Record.Revision);
        Assert.Equal(
            [new VolumeEffect.Answer(new VolumeRequestId(1), Drive.Accepted(VolumeReplaceResult.Started))], drive.Stored());
        Assert.Equal(before, drive.State.Phase);
        Assert.Equal(
            new VolumeReplacement(
                Vcrs.Address('e'), Vcrs.Address('x'), new RegionSlot(new RegionSetIndex(1), new ClientId(1)), InSync: false),
            drive.State.Record.LastReplacement);
    }

    [Theory]
    [MemberData(nameof(LivingPhases))]
    public void Repeat_is_started_already_until_in_sync_and_then_completed_already(string phase)
    {
        var drive = Drive.In(phase);
        const string next = "V(R(2;x b c), R(2;d e f))";
        drive.ReplaceWhole(1, next);

        Assert.Equal(Drive.Accepted(VolumeReplaceResult.StartedAlready), drive.ReplaceWhole(2, next));
        drive.Step(new VolumeInput.Ending());
        var active = Drive.In("Active");
        active.ReplaceWhole(1, next);
        active.InSync(0, "bc");
        active.Stored();
        Assert.Equal(Drive.Accepted(VolumeReplaceResult.StartedAlready), active.ReplaceWhole(3, next));
        Assert.IsType<VolumeEffect.Store>(Assert.Single(active.InSync(0, "xbc")));
        active.Stored();
        Assert.Equal(Drive.Accepted(VolumeReplaceResult.CompletedAlready), active.ReplaceWhole(4, next));
        active.InSync(0, "bc");
        active.Stored();
        Assert.Equal(Drive.Accepted(VolumeReplaceResult.StartedAlready), active.ReplaceWhole(5, next));
        Assert.Equal(new VcrRevision(2), active.State.Record.Revision);
    }

    [Fact]
    public void Repeat_of_the_vcr_the_volume_was_created_with_is_refused()
    {
        var answer = Drive.In("Active").ReplaceWhole(1, Original);

        Assert.Equal(
            new VolumeReplaceAnswer.Refused(
                VolumeRefusalKind.NotASuccessor, "no_difference", "Invalid downstairs replace The VCRs have no difference"),
            answer);
    }

    [Fact]
    public void Repeat_of_a_generation_rise_matches_even_after_an_earlier_target_change()
    {
        var drive = Drive.In("Active");
        drive.ReplaceWhole(1, "V(R(2;x b c), R(2;d e f))");
        drive.ReplaceWhole(2, "V(R(3;x b c), R(2;d e f))");

        Assert.Equal(Drive.Accepted(VolumeReplaceResult.VcrMatches), drive.ReplaceWhole(3, "V(R(3;x b c), R(2;d e f))"));
        Assert.Equal(Vcrs.Address('x'), drive.State.Record.LastReplacement?.New);
    }

    [Fact]
    public void Stored_text_is_what_was_sent_byte_for_byte()
    {
        var drive = new Drive("R(2;a b c)");
        var text = new VcrText(Vcrs.Text("R(3;a b c)").Json + "\r\n ");

        drive.Step(new VolumeInput.Replace(new VolumeRequestId(1), text));

        Assert.Equal(text, drive.State.Record.Text);
    }

    [Fact]
    public void Two_replacements_at_once_are_ordered_and_the_second_is_compared_with_the_first()
    {
        var drive = Drive.In("Activating");
        drive.Replace(1, "V(R(2;x b c), R(2;d e f))");
        Assert.Empty(drive.Replace(2, "V(R(2;x b c), R(2;y e f))"));
        Assert.Empty(drive.Replace(3, "V(R(2;x b c), R(2;d z f))"));
        drive.Started(1);

        Assert.Equal(
            [
                new VolumeEffect.Answer(new VolumeRequestId(1), Drive.Accepted(VolumeReplaceResult.Started)),
                Drive.AskedFor(2, 1, 'd', 'y'),
            ],
            drive.Stored());
        drive.Started(2);
        var effects = drive.Stored();
        Assert.Equal(
            (VolumeRefusalKind.NotASuccessor, "several_targets_in_region"),
            Drive.Refused(Assert.IsType<VolumeEffect.Answer>(effects[1]).Result));
        Assert.Null(drive.State.InFlight);
    }

    [Fact]
    public void Same_replacement_sent_twice_at_once_starts_once()
    {
        var drive = Drive.In("Active");
        drive.Replace(1, "V(R(2;x b c), R(2;d e f))");
        drive.Replace(2, "V(R(2;x b c), R(2;d e f))");
        drive.Started(1);

        Assert.Equal<VolumeEffect>(
            [
                new VolumeEffect.Answer(new VolumeRequestId(1), Drive.Accepted(VolumeReplaceResult.Started)),
                new VolumeEffect.Answer(new VolumeRequestId(2), Drive.Accepted(VolumeReplaceResult.StartedAlready)),
            ],
            drive.Stored());
    }

    [Fact]
    public void Replacements_over_the_limit_are_refused_for_the_time_being()
    {
        var drive = Drive.In("Idle");
        for (var i = 0UL; i <= VolumeLimits.MaxWaitingReplacements; i++)
            Assert.DoesNotContain(drive.Replace(i, "V(R(2;x b c), R(2;d e f))"), e => e is VolumeEffect.Answer);

        Assert.Equal(
            (VolumeRefusalKind.Temporary, "too_many_replacements"),
            Drive.Refused(drive.ReplaceWhole(99, "V(R(2;x b c), R(2;d e f))")));
    }

    [Fact]
    public void Malformed_replacement_is_refused_with_its_path_and_does_not_wait()
    {
        var drive = Drive.In("Active");
        drive.Replace(1, "V(R(2;x b c), R(2;d e f))");

        var effects = drive.Step(new VolumeInput.Replace(new VolumeRequestId(2), new VcrText("{}")));

        Assert.Equal<VolumeEffect>(
            [
                new VolumeEffect.Answer(
                    new VolumeRequestId(2),
                    new VolumeReplaceAnswer.Refused(VolumeRefusalKind.MalformedVcr, "malformed_vcr", "$.type: is missing")),
            ],
            effects);
    }

    public static readonly TheoryData<string, VolumeRefusalKind, string, string> RegionSetRefusals = new()
    {
        {
            "missing", VolumeRefusalKind.Permanent, "target_missing",
            "Invalid downstairs replace Volume {0} Can't locate 10.0.0.1:19000 to replace"
        },
        {
            "permanent", VolumeRefusalKind.Permanent, "target_refused",
            "Invalid downstairs replace Replace downstairs failed for {0} with Invalid downstairs replace why"
        },
        {
            "temporary", VolumeRefusalKind.Temporary, "target_busy",
            "Invalid downstairs replace Replace downstairs failed for {0} with Invalid downstairs replace why"
        },
    };

    [Theory]
    [MemberData(nameof(RegionSetRefusals))]
    public void Refusal_by_the_region_set_changes_nothing(string outcome, VolumeRefusalKind kind, string code, string text)
    {
        var drive = Drive.In("Active");
        var before = drive.State;
        drive.Replace(1, "V(R(2;x b c), R(2;d e f))");
        var why = new CrucibleError.WithText(CrucibleErrorKind.ReplaceRequestInvalid, "why");

        var effects = drive.Answered(1, outcome switch
        {
            "missing" => new ReplaceOutcome.Missing(),
            "permanent" => new ReplaceOutcome.Refused(RefusalDuration.Permanent, why),
            _ => new ReplaceOutcome.Refused(RefusalDuration.Temporary, why),
        });

        var expected = new VolumeReplaceAnswer.Refused(kind, code, string.Format(CultureInfo.InvariantCulture, text, Vcrs.Id));
        Assert.Equal<VolumeEffect>([new VolumeEffect.Answer(new VolumeRequestId(1), expected)], effects);
        Assert.Equal(before, drive.State);
    }

    [Fact]
    public void New_target_used_by_another_region_set_is_refused() =>
        Assert.Equal(
            (VolumeRefusalKind.Permanent, "target_in_use"),
            Drive.Refused(Drive.In("Idle").ReplaceWhole(1, "V(R(2;a b c), R(2;d a f))")));

    [Fact]
    public void Last_copy_is_kept_over_a_restart_until_another_is_in_sync()
    {
        var drive = new Drive("R(2;a b c)");
        drive.ReplaceWhole(1, "R(2;x b c)");
        drive.ReplaceWhole(2, "R(2;x y c)");
        drive.ReplaceWhole(3, "R(2;w y c)");
        var recovered = Assert.IsType<VolumeCreation.Created>(VolumeMachine.Recover(drive.State.Record)).Start.State;
        drive = new Drive(recovered);

        Assert.Equal((VolumeRefusalKind.Permanent, "last_copy"), Drive.Refused(drive.ReplaceWhole(4, "R(2;w y z)")));
        drive.Demand(true);
        drive.Activated(0);
        drive.InSync(0, "wyc");
        drive.Stored();
        Assert.Equal(Drive.Accepted(VolumeReplaceResult.Started), drive.ReplaceWhole(5, "R(2;w y z)"));
    }

    [Fact]
    public void Sync_reports_of_an_old_attempt_or_while_deactivating_are_dropped()
    {
        var drive = Drive.In("Active");
        drive.ReplaceWhole(1, "V(R(2;x b c), R(2;d e f))");
        drive.Demand(false);

        Assert.Empty(drive.InSync(0, "xbc"));
        drive.Step(new VolumeInput.GraceElapsed(new Attempt(1)));
        Assert.Empty(drive.InSync(0, "xbc"));
        drive.Demand(true);
        Assert.Empty(drive.Step(new VolumeInput.InSyncChanged(new Attempt(1), new RegionSetIndex(0), [Vcrs.Address('x')])));
    }

    [Fact]
    public void Store_that_fails_refuses_for_the_time_being_and_a_repeat_stores_again_before_it_succeeds()
    {
        var drive = Drive.In("Active");
        const string next = "V(R(2;x b c), R(2;d e f))";
        drive.Replace(1, next);
        drive.Started(1);

        var effects = drive.Step(new VolumeInput.StoreFailed(drive.State.Stores.Issued, "the disk is full"));
        Assert.Equal(
            (VolumeRefusalKind.Temporary, "not_stored"),
            Drive.Refused(Assert.IsType<VolumeEffect.Answer>(Assert.Single(effects)).Result));
        Assert.IsType<VolumeEffect.Store>(Assert.Single(drive.Replace(2, next)));
        Assert.Equal(
            [new VolumeEffect.Answer(new VolumeRequestId(2), Drive.Accepted(VolumeReplaceResult.StartedAlready))],
            drive.Stored());
    }

    [Fact]
    public void Fate_of_an_earlier_store_does_not_answer_for_a_later_one()
    {
        var drive = Drive.In("Active");
        drive.ReplaceWhole(1, "V(R(2;x b c), R(2;d e f))");
        drive.InSync(0, "xbc");
        var earlier = drive.State.Stores.Issued;
        drive.Replace(2, "V(R(3;x b c), R(2;d e f))");

        Assert.Empty(drive.Step(new VolumeInput.StoreFailed(earlier, "the disk is full")));
        Assert.Empty(drive.Step(new VolumeInput.Stored(earlier)));
        Assert.Equal(
            [new VolumeEffect.Answer(new VolumeRequestId(2), Drive.Accepted(VolumeReplaceResult.VcrMatches))], drive.Stored());
    }

    [Fact]
    public void Ending_answers_everyone_who_waits_and_everyone_who_comes_later()
    {
        var drive = Drive.In("Active");
        drive.Replace(1, "V(R(2;x b c), R(2;d e f))");
        drive.Replace(2, "V(R(3;x b c), R(2;d e f))");

        var effects = drive.Step(new VolumeInput.Ending());

        var answers = effects.OfType<VolumeEffect.Answer>().ToList();
        Assert.Equal([new VolumeRequestId(1), new VolumeRequestId(2)], answers.Select(a => a.Request));
        Assert.All(answers, a => Assert.Equal((VolumeRefusalKind.Gone, "gone"), Drive.Refused(a.Result)));
        Assert.Contains(new VolumeEffect.Withdraw(new Attempt(1)), effects);
        Assert.Empty(drive.Started(1));
        Assert.Equal((VolumeRefusalKind.Gone, "gone"), Drive.Refused(drive.ReplaceWhole(3, Original)));
    }

    [Theory]
    [InlineData("{", "$")]
    [InlineData("R(2;a b)", "$.opts.target")]
    [InlineData("V(R(2;a b c) | V())", "$.read_only_parent.sub_volumes")]
    public void Creation_from_a_vcr_that_will_not_do_is_refused_with_its_path(string vcr, string path)
    {
        var text = vcr == "{" ? new VcrText(vcr) : Vcrs.Text(vcr);

        Assert.Equal(path, Assert.IsType<VolumeCreation.Refused>(VolumeMachine.Create(text)).Error.JsonPath);
    }

    [Fact]
    public void Printing_a_state_or_an_effect_shows_no_vcr_text()
    {
        var drive = Drive.In("Active");
        drive.Replace(1, "V(R(2;x b c), R(2;d e f))");
        var effects = drive.Started(1);

        Assert.All(
            [$"{drive.State}", $"{effects[0]}", $"{drive.State.Facts}", $"{new VolumeInput.Replace(default, Vcrs.Text(Original))}"],
            printed => Assert.DoesNotContain("sub_volumes\"", printed, StringComparison.Ordinal));
    }
}
