using System.Net;
using Crucible.Simulation;
using Crucible.Simulation.World;
using Propolis.Core.Lifecycle;
using PropolisActors.Journal;
using PropolisActors.SystemSimulation.World;

namespace PropolisActors.Simulation.Matrix;

/// <summary>A VM that has been brought to a phase of its life, with one server of one disk in a given state.</summary>
internal sealed class PhasedVm
{
    /// <summary>More than a connection to a server that is dead, found out about and tried again, may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>All limits of a migration one after another.</summary>
    private static readonly TimeSpan MigrationLimit = TimeSpan.FromSeconds(400);

    private readonly SimulatedVm _source;
    private readonly List<SimulatedVm> _vms;
    private readonly MatrixPhase _phase;
    private readonly OldServer _old;
    private readonly int _slot;
    private MigrationWay? _way;

    public PhasedVm(ulong seed, MatrixPhase phase, OldServer old, int slot, int disks, bool keepTrace)
    {
        (_phase, _old, _slot) = (phase, old, slot);
        World = new SystemWorld(seed, WorldOptions.Calm with { KeepTrace = keepTrace });
        Vm = new SimulatedVm("vm", [.. Enumerable.Range(0, disks).Select(_ => World.AddDisk(DiskPlan.Small))], World);
        _source = Vm;
        Disk = Vm.Disks[disks - 1];
        Old = Disk.Targets[slot];
        _vms = [Vm];
        World.Lives.Published = CheckAlone;
    }

    public SystemWorld World { get; }

    /// <summary>The VM that is asked: while it comes from another server, the one there.</summary>
    public SimulatedVm Vm { get; private set; }

    /// <summary>The VM and what it has been moved to.</summary>
    public IReadOnlyList<SimulatedVm> Vms => _vms;

    /// <summary>The VM whose guest runs, or null.</summary>
    public SimulatedVm? Running => _vms.FirstOrDefault(vm => vm.State == InstanceState.Running);

    public bool IsMigrating => _phase is MatrixPhase.MigratingOut or MatrixPhase.MigratingIn;

    /// <summary>The disk whose server is to be replaced: the last one, so that all others come first.</summary>
    public SimulatedDisk Disk { get; }

    public IPEndPoint Old { get; }

    /// <summary>The VM had ended before anything was asked of it.</summary>
    public bool IsOver => _phase is MatrixPhase.Failed or MatrixPhase.Destroyed;

    /// <summary>Brings it there.</summary>
    public void Reach()
    {
        Expect(Vm.Await(Vm.Ensure()), 201);
        switch (_phase)
        {
            case MatrixPhase.Created:
                Harm();
                break;
            case MatrixPhase.Starting:
                Harm();
                Go("Run", InstanceState.Starting);
                break;
            case MatrixPhase.Failed:
                Vm.Machine!.FailsToStart = true;
                Go("Run", InstanceState.Failed);
                Harm();
                break;
            case MatrixPhase.Destroyed:
                Go("Stop", InstanceState.Destroyed);
                Harm();
                break;
            default:
                ReachRunning();
                ReachFromRunning();
                break;
        }
    }

    /// <summary>The machine does again what it is told.</summary>
    public void Release()
    {
        if (_source.Machine is { IsStuck: true } machine)
            machine.IsStuck = false;
        if (_way is { IsHeld: true } way)
            way.IsHeld = false;
    }

    /// <summary>Has another server take the VM over.</summary>
    public Reply Migrate(out MigrationWay way)
    {
        way = new MigrationWay(World, _source.Vm);
        foreach (var disk in _source.Disks)
            disk.Generation++;
        var target = new SimulatedVm($"to{_vms.Count}", _source.Disks, World);
        _vms.Add(target);
        return target.MigrateFrom(way);
    }

    /// <summary>While it comes, its control plane tells the server it leaves as well.</summary>
    public void ReplaceAtSource(string vcr)
    {
        if (_phase == MatrixPhase.MigratingIn && !_source.HasEnded)
            Expect(_source.Await(_source.Replace(Disk, vcr)), 200);
    }

    /// <summary>Runs until no VM is between two servers any more.</summary>
    public void AwaitMigrations()
    {
        if (!World.RunUntil(() => !_vms.Exists(vm => vm.State == InstanceState.Migrating), MigrationLimit))
            throw new SimulationFailure("L1", $"a migration does not end: {Describe()}");
    }

    public string Describe() => string.Join(", ", _vms.Select(vm => $"{vm.Name} is {vm.State}"));

    /// <summary>Replaces the target that the slot has now, with a higher generation.</summary>
    public string NextVcr(DiskServer server)
    {
        Disk.Targets = [.. Disk.Targets.Select((target, i) => i == _slot ? server.Address : target)];
        Disk.Generation++;
        return Disk.Vcr();
    }

    /// <summary>Runs until the VM is in that state.</summary>
    public void AwaitState(InstanceState state, TimeSpan limit, string rule)
    {
        if (!World.RunUntil(() => Vm.State == state, limit))
            throw new SimulationFailure(rule, $"{state} was not reached in {limit.TotalSeconds:0} s: it is {Vm.State}");
    }

    /// <summary>Runs until the VM has ended.</summary>
    public static void AwaitEnd(SystemWorld world, SimulatedVm vm, TimeSpan limit, string rule)
    {
        if (!world.RunUntil(() => vm.HasEnded, limit))
            throw new SimulationFailure(rule, $"{vm.Name} is {vm.State} {limit.TotalSeconds:0} s after it was to end");
    }

    public static void Expect(Reply reply, params ReadOnlySpan<int> statuses)
    {
        if (!statuses.Contains(reply.Status))
            throw new SimulationFailure("Answer", $"{reply}, expected {string.Join(" or ", statuses.ToArray())}");
    }

    private void Go(string request, InstanceState state)
    {
        Expect(Vm.Await(Vm.Put(request)), 204);
        AwaitState(state, Patience, "L1");
    }

    private void ReachRunning()
    {
        Go("Run", InstanceState.Running);
        Vm.Machine!.Write(Vm.Disks.Count - 1, 2, 3);
        Vm.Machine.Flush(Vm.Disks.Count - 1);
        World.RunUntil(() => Vm.Machine.InFlight == 0, Patience);
    }

    private void ReachFromRunning()
    {
        Vm.Machine!.IsStuck = _phase is MatrixPhase.Rebooting or MatrixPhase.Pausing;
        Harm();
        World.RunFor(TimeSpan.FromMilliseconds(50));
        switch (_phase)
        {
            case MatrixPhase.Rebooting:
                Go("Reboot", InstanceState.Rebooting);
                break;
            case MatrixPhase.Pausing:
                Go("Stop", InstanceState.Stopping);
                break;
            case MatrixPhase.MigratingOut or MatrixPhase.MigratingIn:
                BeginMigration();
                break;
            case MatrixPhase.Stopping:
                Vm.Machine.Write(Vm.Disks.Count - 1, 0, 2);
                Go("Stop", InstanceState.Stopped);
                break;
            default:
                break;
        }
    }

    private void BeginMigration()
    {
        var created = Migrate(out var way);
        _way = way;
        if (_phase == MatrixPhase.MigratingIn)
        {
            Vm = _vms[^1];
            Expect(Vm.Await(created), 201);
        }
        else
        {
            AwaitState(InstanceState.Migrating, Patience, "L1");
        }

        _way.IsHeld = true;
    }

    /// <summary>No guest ever runs on two servers.</summary>
    private void CheckAlone(string journal, JournalEvent.StatePublished published)
    {
        if (published.State == InstanceState.Running
            && World.Service.Machines.All.Count(machine => machine.IsGuestRunning) > 1)
            throw new SimulationFailure("Twice", $"the guest runs on two servers: {Describe()}");
    }

    private void Harm()
    {
        switch (_old)
        {
            case OldServer.Offline:
                Disk.ServerAt(Old).Kill();
                break;
            case OldServer.BlackHoled:
                World.Network.Silence(Network.Everybody, Old);
                break;
            case OldServer.WrongRegion:
                Disk.PutWrongRegionAt(Old);
                break;
            default:
                break;
        }
    }
}
