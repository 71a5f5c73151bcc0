using Crucible.Simulation.World;

namespace PropolisActors.SystemSimulation.World;

/// <summary>What the guest of one VM does all the time: reads, writes and flushes, as long as it runs.</summary>
internal sealed class GuestLoad
{
    private const int BlocksMax = 3;
    private readonly SimulatedVm _vm;
    private readonly SystemWorld _world;
    private readonly TimeSpan _thinkTime;

    public GuestLoad(SimulatedVm vm, SystemWorld world, TimeSpan thinkTime)
    {
        (_vm, _world, _thinkTime) = (vm, world, thinkTime);
        GoOn();
    }

    private SeededRandom Random => _world.Random;

    private void GoOn()
    {
        if (!_world.Setting.MayFail)
            return;
        if (_vm.Machine is { IsGuestRunning: true } machine)
            DoSomething(machine);
        _world.Clock.After(Random.Between(_thinkTime / 10, _thinkTime * 2), GoOn);
    }

    private void DoSomething(VirtualMachine machine)
    {
        var disk = Random.Below(machine.Disks);
        var blocks = _vm.Disks[disk].Shape.Blocks;
        var count = 1 + Random.Below(Math.Min(BlocksMax, blocks));
        var first = Random.Below(blocks - count + 1);
        switch (Random.Below(10))
        {
            case < 5:
                machine.Write(disk, first, count);
                break;
            case < 8:
                machine.Read(disk, first, count);
                break;
            default:
                machine.Flush(disk);
                break;
        }
    }
}
