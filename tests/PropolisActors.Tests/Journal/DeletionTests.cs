using System.Globalization;
using Propolis.Core.Lifecycle;
using Propolis.Core.Spec;
using PropolisActors.Protocols;

namespace PropolisActors.Tests.Journal;

/// <summary>A VM that has ended is forgotten when it is asked for, for good, and never comes back as the next of its name.</summary>
public sealed class DeletionTests
{
    private static readonly string FirstBeta = VmTestKit.Vcr(VmTestKit.Beta, 1, 4, 5, 6);
    private static readonly string FirstAlpha = VmTestKit.Vcr(VmTestKit.Alpha, 2, 1, 2, 7);
    private static readonly string SecondBeta = VmTestKit.Vcr(VmTestKit.Beta, 5, 14, 15, 16);

    [Fact]
    public async Task Only_a_vm_that_has_ended_is_deleted_and_its_name_is_free_then()
    {
        var disk = new JournalDisk();
        await using var life = new ServiceLife(disk);
        await life.AskAsync(new VmProtocol.GetReady());
        Assert.Equal((404, "NoSuchVm"), await RefusedAsync(life, new VmProtocol.Delete(VmName.Default)));
        await life.AskAsync(VmTestKit.EnsureCommand());
        Assert.Equal((409, "NotEnded"), await RefusedAsync(life, new VmProtocol.Delete(VmName.Default)));
        await EndAsync(life);

        Assert.IsType<VmProtocol.Deleted>(await life.AskAsync(new VmProtocol.Delete(VmName.Default)));

        Assert.Equal((424, "NoInstance"), await RefusedAsync(life, new VmProtocol.GetInstance(VmName.Default)));
        Assert.Empty(Assert.IsType<VmProtocol.VmList>(await life.AskAsync(new VmProtocol.GetVms())).Vms);
        Assert.Equal((404, "NoSuchVm"), await RefusedAsync(life, new VmProtocol.Delete(VmName.Default)));
        Assert.IsType<VmProtocol.Ensured>(await life.AskAsync(VmTestKit.EnsureCommand()));
    }

    [Fact]
    public async Task A_deletion_that_cannot_be_stored_is_refused_and_the_vm_stays()
    {
        var disk = new JournalDisk();
        await using var life = new ServiceLife(disk);
        await life.AskAsync(new VmProtocol.GetReady());
        await life.AskAsync(VmTestKit.EnsureCommand());
        await EndAsync(life);
        disk.Fault = "journal.db: the disk is full";
        Assert.Equal((503, "NotStored"), await RefusedAsync(life, new VmProtocol.Delete(VmName.Default)));
        Assert.IsType<VmProtocol.Instance>(await life.AskAsync(new VmProtocol.GetInstance(VmName.Default)));

        disk.Fault = null;
        Assert.IsType<VmProtocol.Deleted>(await life.AskAsync(new VmProtocol.Delete(VmName.Default)));
    }

    [Fact]
    public async Task Many_who_delete_and_create_at_once_are_all_answered()
    {
        await using var life = new ServiceLife(new JournalDisk());
        await life.AskAsync(new VmProtocol.GetReady());
        await life.AskAsync(VmTestKit.EnsureCommand());
        await EndAsync(life);

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => life.AskAsync((i % 3) switch
        {
            0 => new VmProtocol.Delete(VmName.Default),
            1 => new VmProtocol.GetInstance(VmName.Default),
            _ => VmTestKit.EnsureCommand(),
        })));

        Assert.All(answers, Assert.NotNull);
        Assert.Single(answers.OfType<VmProtocol.Deleted>());
        Assert.InRange(answers.OfType<VmProtocol.Ensured>().Count(), 0, 1);
    }

    [Fact]
    public async Task After_a_kill_at_any_write_no_deleted_vm_is_back_and_no_other_is_lost()
    {
        var whole = new JournalDisk();
        await LiveAsync(whole);
        for (var write = 1; write <= whole.Writes; write++)
        {
            foreach (var isAfter in new[] { false, true })
            {
                var disk = new JournalDisk(killAt: write, isAfter: isAfter);
                var lived = await LiveAsync(disk);
                var when = string.Create(CultureInfo.InvariantCulture, $"killed {(isAfter ? "after" : "before")} write {write}: {lived}");
                await using var next = new ServiceLife(new JournalDisk(disk));
                Assert.IsType<VmProtocol.Ready>(await next.AskAsync(new VmProtocol.GetReady()));
                Check(await next.AskAsync(new VmProtocol.GetInstance(VmName.Default)), lived, when);
            }
        }
    }

    private static void Check(object? answer, Lived lived, string when)
    {
        if (answer is VmProtocol.Refused { Why.Status: 424 })
        {
            Assert.True(lived is Lived.Nothing or Lived.Deleting or Lived.Deleted, when);
            return;
        }

        var vm = Assert.IsType<VmProtocol.Instance>(answer);
        var (alpha, beta) = (VcrOf(vm, VmTestKit.Alpha), VcrOf(vm, VmTestKit.Beta));
        if (beta == FirstBeta)
            Assert.True(lived < Lived.Deleted, when);
        else
            Assert.True(beta == SecondBeta && alpha != FirstAlpha && lived >= Lived.Deleted, when);
    }

    /// <summary>How far a day came, by its answers.</summary>
    private enum Lived
    {
        /// <summary>Its creation was not answered.</summary>
        Nothing,

        /// <summary>Created, and nobody asked for its end.</summary>
        First,

        /// <summary>The deletion was asked for and not answered.</summary>
        Deleting,

        /// <summary>The deletion was answered; the next creation was not.</summary>
        Deleted,

        Second,
    }

    private static async Task<Lived> LiveAsync(JournalDisk disk)
    {
        await using var life = new ServiceLife(disk);
        await life.AskAsync(new VmProtocol.GetReady());
        if (await life.AskAsync(VmTestKit.EnsureCommand()) is not VmProtocol.Ensured)
            return Lived.Nothing;
        if (await life.AskAsync(new VmProtocol.ReplaceVcr(VmName.Default, $"{VmTestKit.Alpha}", FirstAlpha)) is null || !await EndAsync(life))
            return Lived.First;
        if (await life.AskAsync(new VmProtocol.Delete(VmName.Default)) is not VmProtocol.Deleted)
            return Lived.Deleting;
        if (await life.AskAsync(VmTestKit.EnsureCommand(SecondBeta)) is not VmProtocol.Ensured)
            return Lived.Deleted;
        await EndAsync(life);
        return Lived.Second;
    }

    private static string VcrOf(VmProtocol.Instance vm, Guid disk) =>
        ((Component.CrucibleStorageBackend)vm.Spec!.Spec.Components[SpecKey.Of(disk)]).RequestJson;

    private static async Task<bool> EndAsync(ServiceLife life) =>
        await life.AskAsync(new VmProtocol.PutState(VmName.Default, StateRequest.Stop)) is VmProtocol.StateAccepted
        && await life.AskAsync(new VmProtocol.Monitor(VmName.Default, Guid.NewGuid(), 4)) is VmProtocol.Monitored;

    private static async Task<(int, string?)> RefusedAsync(ServiceLife life, object command)
    {
        var why = Assert.IsType<VmProtocol.Refused>(await life.AskAsync(command)).Why;
        return (why.Status, why.ErrorCode);
    }
}
