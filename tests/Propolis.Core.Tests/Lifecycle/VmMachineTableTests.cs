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
            var grace = effects.OfType<VmEffect.ArmStopGrace>().SingleOrDefault()?.Attempt ?? GraceOf(stopped);
            if (stopped is not VmState.Ended)
                (stopped, effects) = Step(stopped, new VmInput.StopGraceElapsed(grace!.Value));

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
        (_, VmInput.RunRequested or VmInput.StopRequested or VmInput.RebootRequested) => false,
        (VmState.New, not VmInput.Ensured) => true,
        (not VmState.New, VmInput.Ensured) => true,
        (not VmState.Initializing, VmInput.Built or VmInput.BuildFailed) => true,
        _ => false,
    };

    private static Attempt? GraceOf(VmState state) => state switch
    {
        VmState.Halting s => s.Grace,
        VmState.Releasing s => s.Grace,
        VmState.Rebooting s => s.StopAttempt,
        _ => null,
    };

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
