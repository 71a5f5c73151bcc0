using System.Globalization;
using Propolis.Core.Lifecycle;
using PropolisActors.Protocols;

namespace PropolisActors.Tests.Journal;

/// <summary>
/// A scripted day of one VM, cut short at every write to the journal, once just before and once just after it is durable. What
/// the next service says is compared with a model of what was answered.
/// </summary>
public sealed class CrashTests
{
    private static readonly Guid Alpha = VmTestKit.Alpha;

    [Fact]
    public async Task Whatever_was_answered_is_still_so_after_a_kill_at_any_write()
    {
        var whole = new JournalDisk();
        await LiveAsync(whole);
        Assert.True(whole.Writes > 15, $"the day has only {whole.Writes} writes");
        var kills = 0;

        for (var write = 1; write <= whole.Writes; write++)
        {
            foreach (var isAfter in new[] { false, true })
            {
                var disk = new JournalDisk(killAt: write, isAfter: isAfter);
                var model = await LiveAsync(disk);
                kills += disk.Killed.Task.IsCompleted ? 1 : 0;
                await CompareAsync(disk, model, string.Create(
                    CultureInfo.InvariantCulture, $"killed {(isAfter ? "after" : "before")} write {write}"));
            }
        }

        // A volume notes what it hears of its copies, sometimes in one record and sometimes in two, so a day may be shorter.
        Assert.True(kills >= 2 * (whole.Writes - 4), $"{kills} kills in a day of {whole.Writes} writes");
    }

    [Fact]
    public async Task A_second_restart_says_the_same_as_the_first()
    {
        var disk = new JournalDisk(killAt: 8, isAfter: true);
        await LiveAsync(disk);
        var second = new JournalDisk(disk);
        var first = await AnswerAfterRestartAsync(second);

        var again = await AnswerAfterRestartAsync(new JournalDisk(second));

        Assert.Equal(
            (first.State, first.FailureReason, first.Spec), (again.State, again.FailureReason, again.Spec));
    }

    [Fact]
    public async Task A_replacement_that_cannot_be_stored_is_refused_with_the_reason_and_the_vm_goes_on()
    {
        var disk = new JournalDisk();
        await using var life = new ServiceLife(disk);
        await life.AskAsync(new VmProtocol.GetReady());
        Assert.IsType<VmProtocol.Ensured>(await life.AskAsync(VmTestKit.EnsureCommand()));
        disk.Fault = "journal.db: the disk is full; free some space";

        var next = VmTestKit.Vcr(Alpha, 2, 1, 2, 9);
        var refused = Assert.IsType<VmProtocol.Refused>(await life.AskAsync(Replace(next)));
        Assert.Equal((409, "not_stored"), (refused.Why.Status, refused.Why.ErrorCode));
        Assert.Contains("journal.db: the disk is full; free some space", refused.Why.Message, StringComparison.Ordinal);

        disk.Fault = null;
        Assert.IsType<VmProtocol.VcrReplaced>(await life.AskAsync(Replace(next)));
        Assert.IsType<VmProtocol.StateAccepted>(await life.AskAsync(new VmProtocol.PutState(VmName.Default, StateRequest.Stop)));
    }

    [Fact]
    public async Task A_creation_that_cannot_be_stored_is_refused_with_the_reason()
    {
        var disk = new JournalDisk { Fault = "journal.db: the disk is full" };
        await using var life = new ServiceLife(disk);
        await life.AskAsync(new VmProtocol.GetReady());

        var refused = Assert.IsType<VmProtocol.Refused>(await life.AskAsync(VmTestKit.EnsureCommand()));
        Assert.Equal((503, "NotStored"), (refused.Why.Status, refused.Why.ErrorCode));
        Assert.Contains("the disk is full", refused.Why.Message, StringComparison.Ordinal);

        disk.Fault = null;
        Assert.IsType<VmProtocol.Ensured>(await life.AskAsync(VmTestKit.EnsureCommand()));
    }

    [Fact]
    public async Task A_stop_ends_in_destroyed_even_when_nothing_can_be_stored()
    {
        var disk = new JournalDisk();
        await using var life = new ServiceLife(disk);
        await life.AskAsync(new VmProtocol.GetReady());
        Assert.IsType<VmProtocol.Ensured>(await life.AskAsync(VmTestKit.EnsureCommand()));
        disk.Fault = "journal.db: the disk is full";

        Assert.IsType<VmProtocol.StateAccepted>(await life.AskAsync(new VmProtocol.PutState(VmName.Default, StateRequest.Stop)));

        var seen = Assert.IsType<VmProtocol.Monitored>(await life.AskAsync(new VmProtocol.Monitor(VmName.Default, Guid.NewGuid(), 4)));
        Assert.Equal(InstanceState.Destroyed, seen.State.State);
    }

    [Fact]
    public async Task A_vm_whose_records_are_damaged_says_so_and_the_others_go_on()
    {
        var disk = new JournalDisk();
        await using (var life = new ServiceLife(disk))
        {
            await life.AskAsync(new VmProtocol.GetReady());
            await life.AskAsync(VmTestKit.EnsureCommand());
            Assert.True(VmName.TryParse("other", out var other));
            await life.AskAsync(VmTestKit.EnsureCommand() with { Vm = other.Value });
        }

        var damaged = new JournalDisk(disk);
        damaged.Damage("vm/default");
        await using var next = new ServiceLife(damaged);
        Assert.Equal(2, Assert.IsType<VmProtocol.Ready>(await next.AskAsync(new VmProtocol.GetReady())).Vms);

        var refused = Assert.IsType<VmProtocol.Refused>(await next.AskAsync(new VmProtocol.GetInstance(VmName.Default)));
        Assert.Equal((500, "JournalUnreadable"), (refused.Why.Status, refused.Why.ErrorCode));
        Assert.True(VmName.TryParse("other", out var name));
        Assert.IsType<VmProtocol.Instance>(await next.AskAsync(new VmProtocol.GetInstance(name.Value)));
    }

    private static VmProtocol.ReplaceVcr Replace(string vcr) => new(VmName.Default, Alpha.ToString(), vcr);

    /// <summary>Lives the day until its end or its kill.</summary>
    private static async Task<ServiceModel> LiveAsync(JournalDisk disk)
    {
        await using var life = new ServiceLife(disk);
        var model = new ServiceModel();
        await life.AskAsync(new VmProtocol.GetReady());
        for (var instance = 0; instance < 2 && await OneLifeAsync(life, model); instance++)
        {
        }

        return model;
    }

    /// <summary>Creates the VM, replaces a target in several phases, runs it and stops it. False when killed on the way.</summary>
    private static async Task<bool> OneLifeAsync(ServiceLife life, ServiceModel model)
    {
        var ensure = VmTestKit.EnsureCommand();
        model.IsCreating = true;
        if (await life.AskAsync(ensure) is not VmProtocol.Ensured)
            return false;
        model.Ensured((Alpha, VmTestKit.Vcr(Alpha, 1, 1, 2, 3)));

        return await ReplaceAsync(life, model, VmTestKit.Vcr(Alpha, 2, 1, 2, 7))
            && await PutAsync(life, StateRequest.Run)
            && await SeeAsync(life, model, 2)
            && await ReplaceAsync(life, model, VmTestKit.Vcr(Alpha, 3, 1, 2, 8))
            && await ReplaceAsync(life, model, VmTestKit.Vcr(Alpha, 3, 1, 2, 8))
            && Activate(life)
            && await SeeAsync(life, model, 3)
            && await ReplaceAsync(life, model, VmTestKit.Vcr(Alpha, 4, 1, 2, 8))
            && await PutAsync(life, StateRequest.Stop)
            && await SeeAsync(life, model, 6);
    }

    private static bool Activate(ServiceLife life)
    {
        life.Volumes[Alpha].BecomeActive();
        life.Volumes[VmTestKit.Beta].BecomeActive();
        life.Volumes[Alpha].FinishDeactivation();
        life.Volumes[VmTestKit.Beta].FinishDeactivation();
        return true;
    }

    private static async Task<bool> ReplaceAsync(ServiceLife life, ServiceModel model, string vcr)
    {
        model.Sent(Alpha, vcr);
        switch (await life.AskAsync(Replace(vcr)))
        {
            case null:
                return false;
            case VmProtocol.VcrReplaced:
                model.Accepted(Alpha);
                return true;
            case var other:
                throw new Xunit.Sdk.XunitException($"{other}");
        }
    }

    private static async Task<bool> PutAsync(ServiceLife life, StateRequest state) =>
        await life.AskAsync(new VmProtocol.PutState(VmName.Default, state)) is VmProtocol.StateAccepted;

    private static async Task<bool> SeeAsync(ServiceLife life, ServiceModel model, ulong gen)
    {
        if (await life.AskAsync(new VmProtocol.Monitor(VmName.Default, Guid.NewGuid(), gen)) is not VmProtocol.Monitored seen)
            return false;
        model.Saw(seen.State);
        return true;
    }

    private static async Task CompareAsync(JournalDisk killed, ServiceModel model, string when)
    {
        await using var next = new ServiceLife(new JournalDisk(killed));
        Assert.IsType<VmProtocol.Ready>(await next.AskAsync(new VmProtocol.GetReady()));
        model.Check(await next.AskAsync(new VmProtocol.GetInstance(VmName.Default)), when);
        // The name is usable again, whatever was cut short.
        Assert.IsType<VmProtocol.Ensured>(await next.AskAsync(VmTestKit.EnsureCommand()));
    }

    private static async Task<VmProtocol.Instance> AnswerAfterRestartAsync(JournalDisk disk)
    {
        await using var life = new ServiceLife(disk);
        await life.AskAsync(new VmProtocol.GetReady());
        return Assert.IsType<VmProtocol.Instance>(await life.AskAsync(new VmProtocol.GetInstance(VmName.Default)));
    }
}
