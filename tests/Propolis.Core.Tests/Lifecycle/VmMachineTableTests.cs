using System.Diagnostics;
using Propolis.Core.Lifecycle;
using static Propolis.Core.Tests.Lifecycle.VmRun;

namespace Propolis.Core.Tests.Lifecycle;

public class VmMachineTableTests
{
    private static readonly VmState[] States = AllStates();

    private static readonly VmInput[] Inputs =
    [
        new VmInput.Ensured([A]), new VmInput.Built(), new VmInput.BuildFailed("why"),
        Run(), Stop(), Reboot(),
        new VmInput.VolumeActive(A), new VmInput.VolumeFailed(A, "why"), new VmInput.VolumeInactive(A),
        new VmInput.VolumeActive(B), new VmInput.VolumeFailed(B, "why"), new VmInput.VolumeInactive(B),
        .. from n in Enumerable.Range(0, 5) select new VmInput.MachineStarted(new(n)),
        .. from n in Enumerable.Range(0, 5) select new VmInput.MachineReset(new(n)),
        .. from n in Enumerable.Range(0, 5) select new VmInput.MachineHalted(new(n)),
        .. from n in Enumerable.Range(0, 5) select new VmInput.MachineFailed(new(n), "why"),
        .. from n in Enumerable.Range(0, 5) select new VmInput.StopGraceElapsed(new(n)),
        new VmInput.GuestPowerOff(), new VmInput.GuestReset(), new VmInput.GuestPanic(),
        .. from n in Enumerable.Range(0, 5) select new VmInput.MachinePaused(new(n)),
        .. from n in Enumerable.Range(0, 5) select new VmInput.MachineResumed(new(n)),
        .. from n in Enumerable.Range(0, 5) select new VmInput.ReclaimLimitElapsed(new(n)),
        new VmInput.VolumeInactive(A, Flushed: false),
        new VmInput.TargetEnsured(MigrationId), new VmInput.TargetBuilt([A]),
        new VmInput.MigrateOutRequested(new(4), MigrationId),
        .. Both(id => new VmInput.MigrationOutBegun(id)), .. Both(id => new VmInput.PauseWanted(id)),
        .. Both(id => new VmInput.HandOverWanted(id)), .. Both(id => new VmInput.HandOverSent(id)),
        .. Both(id => new VmInput.MigrationOutFailed(id, null)), .. Both(id => new VmInput.MigrationOutFailed(id, 7)),
        .. Both(id => new VmInput.DisksWanted(id)), .. Both(id => new VmInput.GuestArrived(id)),
        .. Both(id => new VmInput.MigrationInFailed(id, "why")),
    ];

    /// <summary>The rows of the API's table (section 8.4) that this machine can be in, with its own states.</summary>
    /// <remarks>204 is accepted, 424 is no instance, else the reason; for Run, Stop and Reboot.</remarks>
    public static TheoryData<string, string, string, string> Rows => new()
    {
        { "no vm", "424", "424", "424" },
        { "initializing", "424", "424", "424" },
        { "destroyed", "424", "424", "424" },
        { "failed", "424", "424", "424" },
        { "created", "204", "204", "InstanceNotActive" },
        { "starting", "204", "204", "StartInProgress" },
        { "booting", "204", "204", "StartInProgress" },
        { "running", "204", "204", "204" },
        { "rebooting for a client", "204", "204", "204" },
        { "rebooting for its guest", "204", "204", "204" },
        { "rebooting, stop taken", "HaltPending", "204", "HaltPending" },
        { "stopping", "HaltPending", "204", "HaltPending" },
        { "stopping for its guest", "204", "204", "204" },
        { "stopping for its guest, stop taken", "HaltPending", "204", "HaltPending" },
        { "stopped", "Halted", "204", "Halted" },
        { "machine lost", "InstanceFailed", "204", "InstanceFailed" },
        { "awaiting source", "424", "424", "424" },
        { "importing", "204", "204", "StartInProgress" },
        { "activating", "204", "204", "StartInProgress" },
        { "holding", "204", "204", "StartInProgress" },
        { "importing, stop taken", "HaltPending", "204", "HaltPending" },
        { "arrived without hand-over", "204", "204", "StartInProgress" },
        { "asked to leave", "204", "204", "InvalidForMigrationSource" },
        { "leaving", "204", "204", "InvalidForMigrationSource" },
        { "leaving, pausing", "204", "204", "InvalidForMigrationSource" },
        { "leaving, paused", "204", "204", "InvalidForMigrationSource" },
        { "leaving, stop taken", "HaltPending", "204", "InvalidForMigrationSource" },
        { "taking its disks back", "204", "204", "204" },
        { "running on", "204", "204", "204" },
        { "handed over", "MigratedOut", "204", "MigratedOut" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Every_situation_answers_requests_as_the_contract_says(
        string situation, string run, string stop, string reboot)
    {
        Assert.Equal((run, stop, reboot),
            (Answer(situation, Run()), Answer(situation, Stop()), Answer(situation, Reboot())));
    }

    [Fact]
    public void Every_input_in_every_state_has_an_arm_but_our_own_mistakes()
    {
        foreach (var state in States)
        {
            foreach (var input in Inputs)
            {
                if (IsOurMistake(state, input))
                    Assert.Throws<UnreachableException>(() => Step(state, input));
                else
                    Assert.NotNull(Step(state, input).State);
            }
        }
    }

    [Fact]
    public void Every_request_is_answered_exactly_once_and_nothing_else_is_answered()
    {
        foreach (var (state, input) in Pairs())
        {
            var answers = Step(state, input).Effects.OfType<VmEffect.Answer>().Select(a => (long?)a.Request.Value);
            long? asked = input switch
            {
                VmInput.RunRequested r => r.Request.Value,
                VmInput.StopRequested r => r.Request.Value,
                VmInput.RebootRequested r => r.Request.Value,
                VmInput.MigrateOutRequested r => r.Request.Value,
                _ => null,
            };
            Assert.Equal(asked is null ? [] : [asked], answers);
        }
    }

    [Fact]
    public void The_end_is_the_last_effect_and_comes_exactly_once()
    {
        foreach (var (state, input) in Pairs())
        {
            var (after, effects) = Step(state, input);
            var ends = after is VmState.Ended && state is not VmState.Ended;
            Assert.Equal(ends ? 1 : 0, effects.Count(e => e is VmEffect.End));
            if (ends)
                Assert.IsType<VmEffect.End>(effects[^1]);
        }
    }

    [Fact]
    public void An_ended_vm_never_changes_again()
    {
        foreach (var (state, input) in Pairs().Where(p => p.State is VmState.Ended))
        {
            var (after, effects) = Step(state, input);
            Assert.Same(state, after);
            Assert.All(effects, e => Assert.IsType<VmEffect.Answer>(e));
        }
    }

    [Fact]
    public void A_stop_ends_in_destroyed_in_every_state_when_nobody_but_the_clock_answers()
    {
        // Goal: liveness without any help from disks or machine.
        // Method: in every state where a stop counts, stop and then let only the grace elapse.
        foreach (var state in States.OfType<VmState.Active>().Where(s => s.Failure is null))
        {
            var (stopped, effects) = Step(state, Stop());
            var grace = effects.OfType<VmEffect.ArmStopGrace>().SingleOrDefault()
                ?? (GraceOf(stopped) is { } armed ? new VmEffect.ArmStopGrace(armed, TimeSpan.Zero) : null);
            var waited = TimeSpan.Zero;
            if (stopped is VmState.HandedOver handedOver)
                (stopped, effects) = Step(stopped, new VmInput.HandOverSent(handedOver.Migration));
            while (stopped is not VmState.Ended)
            {
                waited += grace!.Grace;
                (stopped, effects) = Step(stopped, new VmInput.StopGraceElapsed(grace.Attempt));
                grace = effects.OfType<VmEffect.ArmStopGrace>().SingleOrDefault();
            }

            Assert.InRange(waited, TimeSpan.Zero, Grace);
            Assert.Null(Assert.IsType<VmState.Ended>(stopped).FailureReason);
            Assert.Contains(Publish(InstanceState.Destroyed), effects);
        }
    }

    [Fact]
    public void A_failed_vm_that_waits_for_its_disks_ends_with_the_grace_too()
    {
        var lost = Situation("machine lost");
        var (after, effects) = Step(lost, new VmInput.StopGraceElapsed(GraceOf(lost)!.Value));

        Assert.Equal("why", after.Failure);
        Assert.Contains(Publish(InstanceState.Failed), effects);
    }

    [Fact]
    public void Every_unfinished_state_says_what_it_waits_for()
    {
        Assert.All(States.Where(s => s is not VmState.New and not VmState.Ended), s =>
        {
            Assert.NotEmpty(s.WaitsFor);
            Assert.All(s.WaitsFor, w => Assert.True(w is { Who: not "", Why: not "", FreedBy: not "" }));
        });
        Assert.All(States.Where(s => s is VmState.New or VmState.Ended), s => Assert.Empty(s.WaitsFor));
    }

    [Fact]
    public void A_guest_that_was_handed_over_never_runs_here_again_whatever_comes()
    {
        // Goal: exactly one server runs a guest. Method: every pair of inputs after the hand-over.
        var handedOver = Situation("handed over");
        foreach (var first in Inputs.Where(i => !IsOurMistake(handedOver, i)))
        {
            var (after, effects) = Step(handedOver, first);
            AssertNoGuestRuns(effects);
            Assert.True(after is VmState.HandedOver or VmState.Ended, $"{first} led to {after}");
            foreach (var second in Inputs.Where(i => !IsOurMistake(after, i)))
                AssertNoGuestRuns(Step(after, second).Effects);
        }
    }

    [Fact]
    public void A_guest_that_comes_never_runs_here_before_it_arrived()
    {
        foreach (var name in (string[])["awaiting source", "importing", "activating", "holding", "importing, stop taken"])
        {
            var state = Situation(name);
            foreach (var input in Inputs.Where(i => i is not VmInput.GuestArrived && !IsOurMistake(state, i)))
            {
                var (after, effects) = Step(state, input);
                AssertNoGuestRuns(effects);
                Assert.True(after is VmState.AwaitingSource or VmState.MigratingIn or VmState.Ended, $"{input} in {name}");
            }
        }
    }

    [Fact]
    public void A_vm_that_left_or_did_not_come_lets_its_disks_go_at_once()
    {
        var ends = Pairs().Where(p => p.State is VmState.MigratingIn or VmState.Reclaiming or VmState.HandedOver)
            .Select(p => Step(p.State, p.Input)).Where(t => t.State is VmState.Ended).ToList();

        Assert.NotEmpty(ends);
        Assert.All(ends, t => Assert.Contains(new VmEffect.ForceVolumesInactive(), t.Effects));
    }

    private static void AssertNoGuestRuns(ValueList<VmEffect> effects) => Assert.DoesNotContain(
        effects, e => e is VmEffect.StartMachine or VmEffect.ResumeMachine or VmEffect.ResetMachine);

    [Fact]
    public void A_machine_is_never_started_before_every_disk_is_active_whatever_the_order_of_events()
    {
        // Method: all orders of four events on two disks, after a run.
        VmInput[] events =
        [
            new VmInput.VolumeActive(A), new VmInput.VolumeActive(B),
            new VmInput.VolumeInactive(A), new VmInput.VolumeActive(A),
        ];
        foreach (var order in Orders(events))
        {
            var vm = new VmRun(A, B).Take(Run());
            var (a, b, started) = (false, false, false);
            foreach (var input in order)
            {
                vm.Take(input);
                (a, b) = input switch
                {
                    VmInput.VolumeActive v => (a || v.Disk == A, b || v.Disk == B),
                    _ => (false, b),
                };
                var starts = vm.Effects.Any(e => e is VmEffect.StartMachine);
                Assert.Equal(a && b && !started, starts);
                started |= starts;
            }
        }
    }

    private static VmTransition Step(VmState state, VmInput input) =>
        VmMachine.Step(state, input, Start.AddHours(1), new VmOptions());

    private static IEnumerable<(VmState State, VmInput Input)> Pairs() =>
        from state in States
        from input in Inputs
        where !IsOurMistake(state, input)
        select (state, input);

    private static bool IsOurMistake(VmState state, VmInput input) => (state, input) switch
    {
        (_, VmInput.RunRequested or VmInput.StopRequested or VmInput.RebootRequested or VmInput.MigrateOutRequested) => false,
        (VmState.New, not (VmInput.Ensured or VmInput.TargetEnsured)) => true,
        (not VmState.New, VmInput.Ensured or VmInput.TargetEnsured) => true,
        (not VmState.Initializing, VmInput.Built or VmInput.BuildFailed) => true,
        (not VmState.AwaitingSource, VmInput.TargetBuilt) => true,
        _ => false,
    };

    private static Attempt? GraceOf(VmState state) => state switch
    {
        VmState.Halting s => s.Grace,
        VmState.Releasing s => s.Grace,
        VmState.Rebooting s => s.StopAttempt,
        VmState.MigratingOut s => s.StopAttempt,
        VmState.MigratingIn s => s.StopAttempt,
        _ => null,
    };

    private static IEnumerable<VmInput> Both(Func<Guid, VmInput> make) => [make(MigrationId), make(Guid.Empty)];

    private static string Answer(string situation, VmInput request)
    {
        var effects = Step(Situation(situation), request).Effects;
        return effects.OfType<VmEffect.Answer>().Single().What switch
        {
            StateChangeAnswer.Accepted => "204",
            StateChangeAnswer.NoInstance => "424",
            StateChangeAnswer.Denied d => d.Reason.ToString(),
            _ => throw new InvalidOperationException(),
        };
    }

    private static VmState Situation(string name)
    {
        VmRun Running() => new VmRun(A).Take(Run()).Settle();
        return name switch
        {
            "no vm" => VmMachine.Initial(Start),
            "initializing" => new VmState.Initializing([A], Start),
            "created" => new VmRun(A).State,
            "starting" => new VmRun(A, B).Take(Run(), new VmInput.VolumeActive(A)).State,
            "booting" => new VmRun(A).Take(Run(), new VmInput.VolumeActive(A)).State,
            "running" => Running().State,
            "rebooting for a client" => Running().Take(Reboot()).State,
            "rebooting for its guest" => Running().Take(new VmInput.GuestReset()).State,
            "rebooting for its guest, reboot taken" => Running().Take(new VmInput.GuestReset(), Reboot()).State,
            "rebooting, powered off" => Running().Take(Reboot(), new VmInput.GuestPowerOff()).State,
            "rebooting, stop taken" => Running().Take(Reboot(), Stop()).State,
            "stopping" => Running().Take(Stop()).State,
            "stopping for its guest" => Running().Take(new VmInput.GuestPowerOff()).State,
            "stopping for its guest, stop taken" => Running().Take(new VmInput.GuestPowerOff(), Stop()).State,
            "stopped" => Running().Take(Stop(), new VmInput.MachineHalted(new(2))).State,
            "machine lost" => Running().Take(new VmInput.MachineFailed(new(1), "why")).State,
            "awaiting source" => Target().State,
            "importing" => Importing(A).State,
            "activating" => Importing(A, B).Take(new VmInput.DisksWanted(MigrationId), new VmInput.VolumeActive(A)).State,
            "holding" => Importing(A).Take(new VmInput.DisksWanted(MigrationId), new VmInput.VolumeActive(A)).State,
            "importing, stop taken" => Importing(A).Take(Stop()).State,
            "arrived without hand-over" => Importing(A).Take(new VmInput.GuestArrived(MigrationId)).State,
            "arrived" => Importing(A).Take(new VmInput.DisksWanted(MigrationId), new VmInput.VolumeActive(A),
                new VmInput.GuestArrived(MigrationId)).State,
            "asked to leave" => Running().Take(new VmInput.MigrateOutRequested(new(4), MigrationId)).State,
            "asked to leave while rebooting" => Running()
                .Take(Reboot(), new VmInput.MigrateOutRequested(new(4), MigrationId)).State,
            "leaving" => Leaving(A).State,
            "leaving, pausing" => Leaving(A).Take(new VmInput.PauseWanted(MigrationId)).State,
            "leaving, paused" => Paused(A).State,
            "leaving, stop taken" => Leaving(A).Take(Stop()).State,
            "paused, stop taken" => Paused(A).Take(Stop()).State,
            "taking its disks back" => Paused(A, B)
                .Take(new VmInput.MigrationOutFailed(MigrationId, 7), new VmInput.VolumeActive(A)).State,
            "running on" => Paused(A).Take(new VmInput.MigrationOutFailed(MigrationId, null)).State,
            "running on, reboot taken" => Paused(A).Take(new VmInput.MigrationOutFailed(MigrationId, null), Reboot()).State,
            "handed over" => Paused(A).Take(new VmInput.HandOverWanted(MigrationId)).State,
            "destroyed" => new VmRun(A).Take(Stop()).State,
            "failed" => new VmRun(A).Take(Run(), new VmInput.VolumeFailed(A, "why")).State,
            _ => throw new ArgumentException(name, nameof(name)),
        };
    }

    private static VmState[] AllStates() =>
    [
        .. Rows.Select(row => Situation((string)row[0])),
        Situation("rebooting for its guest, reboot taken"),
        Situation("rebooting, powered off"),
        Situation("arrived"), Situation("asked to leave while rebooting"), Situation("paused, stop taken"),
        Situation("running on, reboot taken"),
    ];

    private static IEnumerable<VmInput[]> Orders(VmInput[] events)
    {
        if (events.Length == 0)
            yield return [];
        for (var i = 0; i < events.Length; i++)
        {
            foreach (var rest in Orders([.. events[..i], .. events[(i + 1)..]]))
                yield return [events[i], .. rest];
        }
    }
}
