using Propolis.Core.Lifecycle;

namespace Propolis.Core.Tests.Lifecycle;

public class AdmissionTests
{
    private static readonly Admission NotStarted = new(QueueState.NotStarted);
    private static readonly Admission StartPending = new(QueueState.StartPending);
    private static readonly Admission Running = new(QueueState.Running);

    /// <summary>Every row of the API's table of situations (section 8.4) in which a VM is active.</summary>
    /// <remarks>Q: queued, I: ignored, else the reason of the denial; for Run, Stop and Reboot.</remarks>
    public static TheoryData<string, Admission, string, string, string> Situations => new()
    {
        { "created", NotStarted, "Q", "Q", "InstanceNotActive" },
        { "created, stop queued", NotStarted with { AwaitingStop = true }, "HaltPending", "I", "HaltPending" },
        { "created, run queued", StartPending, "I", "Q", "StartInProgress" },
        { "starting", StartPending, "I", "Q", "StartInProgress" },
        { "starting, stop queued", StartPending with { AwaitingStop = true }, "HaltPending", "I", "HaltPending" },
        { "migrating in", StartPending, "I", "Q", "StartInProgress" },
        { "running", Running, "I", "Q", "Q" },
        { "running, reboot queued", Running with { AwaitingReboot = true }, "I", "Q", "I" },
        { "rebooting for a client", Running with { AwaitingReboot = true }, "I", "Q", "I" },
        { "rebooting for its guest", Running, "I", "Q", "Q" },
        { "running or stopping, stop queued", Running with { AwaitingStop = true }, "HaltPending", "I", "HaltPending" },
        {
            "migrating out", Running with { AwaitingMigrationOut = true },
            "I", "Q", "InvalidForMigrationSource"
        },
        { "migrated out", new(QueueState.MigratedOut), "MigratedOut", "I", "MigratedOut" },
        { "halted by its guest", Running, "I", "Q", "Q" },
        { "stopped", new(QueueState.Stopped), "Halted", "I", "Halted" },
        { "failed", new(QueueState.Failed), "InstanceFailed", "I", "InstanceFailed" },
    };

    [Theory]
    [MemberData(nameof(Situations))]
    public void Admission_of_every_situation_is_the_contracts(
        string situation, Admission admission, string run, string stop, string reboot)
    {
        Assert.Equal((situation, run, stop, reboot), (
            situation,
            Word(admission.Decide(StateRequest.Run)),
            Word(admission.Decide(StateRequest.Stop)),
            Word(admission.Decide(StateRequest.Reboot))));
    }

    [Fact]
    public void Admission_of_every_combination_follows_the_rules_in_their_order()
    {
        // Goal: the rules of section 8.2, written down a second time as a chain of conditions.
        // Method: all states, all flags, all requests.
        bool[] both = [false, true];
        var all = from state in Enum.GetValues<QueueState>()
                  from stop in both
                  from reboot in both
                  from migration in both
                  select new Admission(state, stop, reboot, migration);
        foreach (var a in all)
        {
            Assert.Equal((a, ExpectedRun(a)), (a, Word(a.Decide(StateRequest.Run))));
            Assert.Equal((a, ExpectedStop(a)), (a, Word(a.Decide(StateRequest.Stop))));
            Assert.Equal((a, ExpectedReboot(a)), (a, Word(a.Decide(StateRequest.Reboot))));
            Assert.Equal((a, ExpectedMigration(a)), (a, Word(a.DecideMigrationOut())));
        }
    }

    [Fact]
    public void A_queued_request_changes_exactly_its_own_mark()
    {
        Assert.Equal(new AdmissionVerdict.Queued(StartPending), NotStarted.Decide(StateRequest.Run));
        Assert.Equal(new AdmissionVerdict.Queued(Running with { AwaitingStop = true, AwaitingReboot = true }),
            (Running with { AwaitingReboot = true }).Decide(StateRequest.Stop));
        Assert.Equal(new AdmissionVerdict.Queued(Running with { AwaitingReboot = true }),
            Running.Decide(StateRequest.Reboot));
        Assert.Equal(new AdmissionVerdict.Queued(Running with { AwaitingMigrationOut = true }),
            Running.DecideMigrationOut());
    }

    [Theory]
    [InlineData(DenialReason.InstanceNotActive, "Operation requires an active instance")]
    [InlineData(DenialReason.StartInProgress, "Instance is currently starting")]
    [InlineData(DenialReason.AlreadyMigrationSource, "Instance is already a migration source")]
    [InlineData(DenialReason.InvalidForMigrationSource, "Operation cannot be performed on a migration source")]
    [InlineData(DenialReason.HaltPending, "Instance is preparing to stop")]
    [InlineData(DenialReason.MigratedOut, "Instance has migrated out and is being torn down")]
    [InlineData(DenialReason.Halted, "Instance has already halted")]
    [InlineData(DenialReason.InstanceFailed, "Instance failed to start or halted due to a failure")]
    public void A_denial_has_the_contracts_words(DenialReason reason, string text) => Assert.Equal(text, reason.Text());

    [Fact]
    public void Every_denial_has_words() =>
        Assert.All(Enum.GetValues<DenialReason>(), reason => Assert.NotEmpty(reason.Text()));

    private static string? Terminal(Admission a) => a.State switch
    {
        QueueState.MigratedOut => "MigratedOut",
        QueueState.Stopped => "Halted",
        QueueState.Failed => "InstanceFailed",
        _ => null,
    };

    private static string ExpectedRun(Admission a)
    {
        if (Terminal(a) is { } terminal)
            return terminal;
        if (a.AwaitingStop)
            return "HaltPending";
        return a.State == QueueState.NotStarted ? "Q" : "I";
    }

    private static string ExpectedStop(Admission a) => Terminal(a) is not null || a.AwaitingStop ? "I" : "Q";

    private static string ExpectedReboot(Admission a)
    {
        if (Terminal(a) is { } terminal)
            return terminal;
        if (a.AwaitingMigrationOut)
            return "InvalidForMigrationSource";
        if (a.AwaitingStop)
            return "HaltPending";
        if (a.State == QueueState.NotStarted)
            return "InstanceNotActive";
        if (a.State == QueueState.StartPending)
            return "StartInProgress";
        return a.AwaitingReboot ? "I" : "Q";
    }

    private static string ExpectedMigration(Admission a)
    {
        if (Terminal(a) is { } terminal)
            return terminal;
        if (a.AwaitingMigrationOut)
            return "AlreadyMigrationSource";
        if (a.AwaitingStop)
            return "HaltPending";
        return a.State switch
        {
            QueueState.NotStarted => "InstanceNotActive",
            QueueState.StartPending => "StartInProgress",
            _ => "Q",
        };
    }

    private static string Word(AdmissionVerdict verdict) => verdict switch
    {
        AdmissionVerdict.Queued => "Q",
        AdmissionVerdict.Ignored => "I",
        AdmissionVerdict.Denied d => d.Reason.ToString(),
        _ => throw new InvalidOperationException(),
    };
}
