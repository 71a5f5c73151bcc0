using Propolis.Core.Lifecycle;
using PropolisActors.SystemSimulation.World;

namespace PropolisActors.Simulation.System;

/// <summary>The world in which VMs, volumes and servers run in one thread and virtual time.</summary>
public sealed class WorldTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Vm_starts_writes_and_stops_in_virtual_time(bool encrypted)
    {
        var world = new SystemWorld(seed: 1, WorldOptions.Calm with { KeepTrace = true });
        var vm = Live(world, encrypted);

        Assert.Equal(InstanceState.Destroyed, vm.State);
        var disk = vm.Disks[0];
        disk.History.CopiesAgree([.. disk.Targets.Select(disk.ServerAt)], "at the end");
        Assert.NotNull(disk.ServerAt(disk.Targets[0]).Store.Durable(3));
    }

    [Fact]
    public void Same_seed_gives_the_same_trace_byte_for_byte()
    {
        for (var seed = 1UL; seed <= 5; seed++)
            Assert.Equal(TraceOf(seed), TraceOf(seed));
        Assert.NotEqual(TraceOf(1), TraceOf(2));
    }

    private static string TraceOf(ulong seed)
    {
        var world = new SystemWorld(seed, WorldOptions.Calm with { KeepTrace = true });
        Live(world, encrypted: seed % 2 == 0);
        return world.TraceText();
    }

    private static SimulatedVm Live(SystemWorld world, bool encrypted)
    {
        var disk = world.AddDisk(DiskPlan.Small with { Key = encrypted ? new byte[32] : null });
        var vm = new SimulatedVm("vm", [disk], world);
        Assert.True(vm.Await(vm.Ensure()).Status == 201, world.TraceText());
        Assert.Equal(204, vm.Await(vm.Put("Run")).Status);
        Assert.True(world.RunUntil(() => vm.State == InstanceState.Running, Limit), $"it is {vm.State}");
        var machine = vm.Machine!;
        machine.Write(0, 3, 2);
        machine.Flush(0);
        machine.Read(0, 0, 8);
        Assert.True(world.RunUntil(() => machine.InFlight == 0, Limit));
        Assert.Equal((4, 0), (machine.Succeeded, machine.Failed));
        world.Replacements.SpecIsStored(vm.Name, vm.Await(vm.Spec()), [disk]);
        Assert.Equal(204, vm.Await(vm.Put("Stop")).Status);
        Assert.True(world.RunUntil(() => vm.HasEnded, Limit), $"it is {vm.State}");
        return vm;
    }
}
