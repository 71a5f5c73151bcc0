using Crucible.Simulation;
using Propolis.Core.Lifecycle;
using PropolisActors.SystemSimulation.World;

namespace PropolisActors.Simulation.Matrix;

/// <summary>One replacement sent to a VM in one phase, and the rest of the VM's life.</summary>
internal sealed record ReplacementCase(MatrixPhase Phase, int Slot, OldServer Old, NewServer New, int Disks) : IMatrixCase
{
    private static readonly TimeSpan StopLimit = ServiceOptions.Default.StopGrace + TimeSpan.FromSeconds(2);

    /// <summary>Below what any VM here was created with.</summary>
    private const ulong LowGeneration = 9;

    /// <summary>L3.</summary>
    private static readonly TimeSpan ReplaceLimit = TimeSpan.FromMilliseconds(10);

    /// <summary>Every combination.</summary>
    public static IEnumerable<ReplacementCase> All() =>
        from phase in Enum.GetValues<MatrixPhase>()
        from slot in Enumerable.Range(0, 3)
        from old in Enum.GetValues<OldServer>()
        from next in Enum.GetValues<NewServer>()
        from disks in new[] { 1, 3, 8 }
        select new ReplacementCase(phase, slot, old, next, disks);

    public SystemWorld Run(ulong seed, bool keepTrace, MatrixCounts counts)
    {
        var phased = new PhasedVm(seed, Phase, Old, Slot, Disks, keepTrace);
        counts.Began(phased.World);
        phased.Reach();
        counts.Count(phased.IsOver || !phased.Vm.HasEnded ? Phase : MatrixPhase.Destroyed);
        Replace(phased, counts);
        if (!phased.IsOver)
            LiveOn(phased);
        CheckEnd(phased, counts);
        return phased.World;
    }

    private void Replace(PhasedVm phased, MatrixCounts counts)
    {
        var (vm, disk) = (phased.Vm, phased.Disk);
        var server = disk.NewServer(machine: 9, extents: New == NewServer.WrongGeometry ? disk.Shape.Extents + 1 : 0);
        if (New == NewServer.Offline)
            server.Kill();
        if (New == NewServer.LowerGeneration)
        {
            var lower = disk.Vcr([.. disk.Targets.Select((t, i) => i == Slot ? server.Address : t)], LowGeneration);
            Refused(phased, vm.Replace(disk, lower), counts);
            Refused(phased, vm.Replace(disk, lower), counts);
            phased.World.Replacements.NeverAccepted(vm.Name, disk.Id, lower);
        }

        if (New is NewServer.Healthy or NewServer.LowerGeneration)
        {
            Accepted(phased, phased.NextVcr(server), counts);
            return;
        }

        Accepted(phased, phased.NextVcr(server), counts);
        // It cannot serve: whoever sent it finds out, and sends another one.
        phased.World.RunFor(TimeSpan.FromMilliseconds(100));
        Accepted(phased, phased.NextVcr(disk.NewServer(machine: 10)), counts);
    }

    /// <summary>Sends it twice, with reads beside it.</summary>
    private static void Accepted(PhasedVm phased, string vcr, MatrixCounts counts)
    {
        var (vm, disk) = (phased.Vm, phased.Disk);
        var first = vm.Replace(disk, vcr);
        Reply[] others = [vm.Status(disk), vm.Spec(), vm.Waiting()];
        vm.Await(first);
        foreach (var other in others)
            vm.Await(other);
        counts.ReplacementAnswered(first, vm.HasEnded, first.Status == 200 && first.Word == "started");
        if (!vm.HasEnded)
            PhasedVm.Expect(others[0], 200, 424);
        PhasedVm.Expect(others[1], 200);
        PhasedVm.Expect(others[2], 200);
        if (!vm.HasEnded && others[2].Body.Contains("\"waits_for\":[]", StringComparison.Ordinal))
            throw new SimulationFailure("L5", $"the VM is {vm.State} and does not say what it waits for");
        phased.ReplaceAtSource(vcr);
        if (first.Answered - first.Arrived > ReplaceLimit)
            throw new SimulationFailure("L3", $"{first} after {first.Answered - first.Arrived}");
        var again = vm.Await(vm.Replace(disk, vcr));
        counts.ReplacementAnswered(
            again, vm.HasEnded, again.Status == 200 && again.Word is "started_already" or "completed_already");
    }

    private static void Refused(PhasedVm phased, Reply reply, MatrixCounts counts)
    {
        phased.Vm.Await(reply);
        counts.ReplacementAnswered(reply, phased.Vm.HasEnded, reply is { Status: 400, Word: "generation_too_low" });
    }

    /// <summary>With its disk whole again, whatever the VM was doing comes to its end, and it does all that a VM does.</summary>
    private void LiveOn(PhasedVm phased)
    {
        var vm = phased.Vm;
        phased.Release();
        if (Phase == MatrixPhase.Created)
            PhasedVm.Expect(vm.Await(vm.Put("Run")), 204);
        if (Phase is MatrixPhase.Pausing or MatrixPhase.Stopping)
        {
            phased.AwaitState(InstanceState.Destroyed, StopLimit, "L2");
            return;
        }

        if (phased.IsMigrating)
        {
            phased.AwaitMigrations();
            vm = phased.Running
                ?? throw new SimulationFailure("L1", $"the guest runs nowhere: {phased.Describe()}");
        }

        var limit = PhasedVm.Patience;
        if (!phased.World.RunUntil(() => vm.State == InstanceState.Running || vm.HasEnded, limit))
            throw new SimulationFailure("L1", $"the VM is {vm.State} after {limit.TotalSeconds:0} s");
        if (vm.HasEnded)
        {
            // A start may only fail for a region that can never serve, met before it was replaced.
            if (vm.State != InstanceState.Failed || (Old != OldServer.WrongRegion && New != NewServer.WrongGeometry))
                throw new SimulationFailure("L1", $"the VM is {vm.State}");
            return;
        }

        BecomeWhole(phased, vm);
        PhasedVm.Expect(vm.Await(vm.Put("Stop")), 204);
        PhasedVm.AwaitEnd(phased.World, vm, StopLimit, "L2");
    }

    private void BecomeWhole(PhasedVm phased, SimulatedVm vm)
    {
        var (disk, machine) = (phased.Disk, vm.Machine!);
        var host = phased.World.Service.Volumes.Hosts.Last(host => host.Disk == disk && !host.IsOver);
        if (!phased.World.RunUntil(() => host.Status[0].Slots.All(slot => slot.Active), PhasedVm.Patience))
            throw new SimulationFailure("L1", $"the new server is not in sync: {host.Status[0].Slots[Slot]}");
        // The actor hears of it in its turn.
        phased.World.RunFor(TimeSpan.FromMilliseconds(10));
        // After a migration its generation has been raised, so what was sent is no repeat any more.
        if (!phased.IsMigrating && vm.Await(vm.Replace(disk, disk.Vcr())).Word != "completed_already")
            throw new SimulationFailure("D4", $"{vm.Asked[^1]} of a copy that is in sync");
        machine.Write(Disks - 1, 0, disk.Shape.Blocks);
        machine.Flush(Disks - 1);
        machine.Read(Disks - 1, 0, disk.Shape.Blocks);
        var (failed, done) = (machine.Failed, machine.Succeeded);
        phased.World.RunUntil(() => machine.InFlight == 0, PhasedVm.Patience);
        if (machine.Succeeded - done < 3 || machine.Failed != failed)
            throw new SimulationFailure("L1", "a disk that is whole does not serve");
        if (!phased.World.RunUntil(() => host.Status[0].JobsBuffered == 0, PhasedVm.Patience))
            throw new SimulationFailure("L1", "its jobs are not done");
        disk.History.CopiesAgree(disk.TargetsOf(host.Status[0]), "when it is whole");
    }

    private static void CheckEnd(PhasedVm phased, MatrixCounts counts)
    {
        var (vm, disk) = (phased.Vm, phased.Disk);
        if (!vm.HasEnded)
            return;  // A migration left the guest where it was, and the other one has been looked at.
        var late = vm.Await(vm.Replace(disk, disk.Vcr(disk.Targets, disk.Generation + 1)));
        counts.ReplacementAnswered(late, hasEnded: true, isExpected: false);
        if (!phased.IsMigrating)
            phased.World.Replacements.SpecIsStored(vm.Name, vm.Await(vm.Spec()), vm.Disks);
        counts.CheckAllAnswered(vm);
    }
}
