using Crucible.Simulation;
using Crucible.Simulation.World;
using Propolis.Core.Lifecycle;
using PropolisActors.Journal;
using PropolisActors.SystemSimulation.Checks;
using PropolisActors.SystemSimulation.World;

namespace PropolisActors.SystemSimulation;

/// <summary>
/// One run of one seed: VMs with their disks and servers, guests that write and verify, a control plane that gives up servers
/// and replaces them, a service that may crash; first with faults, then without. It breaks off at the first rule that does not
/// hold.
/// </summary>
public sealed class SystemRun
{
    private static readonly TimeSpan WholeLimit = TimeSpan.FromSeconds(400);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopSlack = TimeSpan.FromSeconds(2);

    private readonly SystemPlan _plan;
    private readonly SystemWorld _world;
    private readonly ControlPlane[] _planes;
    private readonly Dictionary<SystemMark, long> _marks = [];

    private SystemRun(ulong seed, bool keepTrace, bool[]? keep)
    {
        var random = new SeededRandom(seed);
        _plan = SystemPlan.Draw(random, keepTrace);
        _world = new SystemWorld(random.Next(), _plan.Options);
        _world.Setting.MayFail = true;
        _world.Lives.Published = OnPublished;
        _planes = [.. _plan.Vms.Select((disks, i) => new ControlPlane(
            new SimulatedVm($"vm{i}", [.. disks.Select(_world.AddDisk)], _world), _world, Count))];
        foreach (var plane in _planes)
        {
            _ = new GuestLoad(plane.Vm, _world, _plan.ThinkTime);
            _ = new MonitorCheck(plane.Vm, _world);
        }

        for (var i = 0; i < _plan.Schedule.Count; i++)
        {
            if (keep is null || keep[i])
                Plan(_plan.Schedule[i]);
        }
    }

    /// <summary>Runs one seed to its end or to the first rule that is broken.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="keepTrace">Write down what happens.</param>
    /// <param name="keep">Which lines of the schedule happen, one each; null for all.</param>
    public static SystemOutcome Of(ulong seed, bool keepTrace = false, bool[]? keep = null)
    {
        var run = new SystemRun(seed, keepTrace, keep);
        Exception? failure = null;
        try
        {
            run.Play();
        }
        catch (Exception e)
        {
            // The outermost edge of a run: whatever went wrong in it is what was looked for.
            failure = e;
        }

        return new SystemOutcome(seed, failure, run._marks)
        {
            Trace = keepTrace ? run._world.TraceText() : "",
            Steps = run._world.System.StepsRun + run._world.Clock.EventsRun,
            VirtualTime = run._world.System.Elapsed,
            Schedule = [.. run._plan.Schedule.Select(line => line.ToString())],
        };
    }

    private void Count(SystemMark mark) => _marks[mark] = _marks.GetValueOrDefault(mark) + 1;

    private void Play()
    {
        _world.RunFor(_plan.Duration);
        CalmDown();
        Await(WholeLimit, "L1", () => Array.TrueForAll(_planes, plane => plane.IsWhole));
        foreach (var plane in _planes)
            UseAndStop(plane);
        foreach (var plane in _planes)
            CheckAnswers(plane.Vm);
        if (_world.Services.Any(service => service.Machines.All.Any(machine => machine.Failed > 0)))
            Count(SystemMark.GuestError);
    }

    /// <summary>Faults and new requests stop.</summary>
    private void CalmDown()
    {
        _world.Trace.Add("calm");
        _world.Setting.MayFail = false;
        _world.Network.EndAllSilence();
        foreach (var server in _world.Disks.SelectMany(disk => disk.Servers))
        {
            server.StopFailing();
            server.Start();
        }
    }

    private void UseAndStop(ControlPlane plane)
    {
        var vm = plane.Vm;
        plane.IsDone = true;
        var machine = vm.Machine!;
        Await(AnswerLimit, "L4", () => machine.InFlight == 0);
        var failed = machine.Failed;
        for (var i = 0; i < vm.Disks.Count; i++)
        {
            machine.Write(i, 0, vm.Disks[i].Shape.Blocks);
            machine.Flush(i);
            machine.Read(i, 0, vm.Disks[i].Shape.Blocks);
        }

        Await(AnswerLimit, "L4", () => machine.InFlight == 0);
        if (machine.Failed != failed)
            throw new SimulationFailure("L1", "a disk that is whole does not serve");
        foreach (var disk in vm.Disks)
            CheckCopies(disk);
        var stop = vm.Await(vm.Put("Stop"));
        // 424 is right of a guest that has just powered itself off; it has to end as well.
        if (stop.Status is not (204 or 424))
            throw new SimulationFailure("L2", $"{stop}");
        Await(ServiceOptions.Default.StopGrace + StopSlack, "L2", () => vm.HasEnded);
        if (vm.State != InstanceState.Destroyed)
            throw new SimulationFailure("L2", $"a stop ended in {vm.State}");
        _world.Replacements.SpecIsStored(vm.Name, vm.Await(vm.Spec()), vm.Disks);
    }

    private void CheckCopies(SimulatedDisk disk)
    {
        var host = _world.Service.Volumes.Hosts.Last(host => host.Disk == disk);
        Await(AnswerLimit, "L1", () => host.Status[0].JobsBuffered == 0);
        disk.History.CopiesAgree(disk.TargetsOf(host.Status[0]), "at the end");
        Count(SystemMark.CopiesCompared);
        if (disk.Cipher is not null)
            Count(SystemMark.EncryptedDisk);
    }

    private static void CheckAnswers(SimulatedVm vm)
    {
        foreach (var reply in vm.Asked.Where(reply => !reply.IsMonitor))
        {
            if (!reply.IsOver || reply.Answered - reply.Arrived > SimulatedVm.AnswerTime)
                throw new SimulationFailure("L4", $"{reply}, after {reply.Answered - reply.Arrived}");
        }
    }

    private void Await(TimeSpan limit, string rule, Func<bool> condition)
    {
        if (!_world.RunUntil(condition, limit))
            throw new SimulationFailure(rule, $"not within {limit.TotalSeconds:0} s after faults stopped: {Describe()}");
    }

    private string Describe() => string.Join("; ", _planes.Select(plane => $"{plane.Vm.Name} is {plane.Vm.State}, "
        + string.Join(", ", plane.Vm.Disks.Select(disk => _world.Service.Volumes.Hosts.LastOrDefault(h => h.Disk == disk) is { } host
            ? string.Join(" ", host.Status[0].Slots.Select(slot => $"{slot.Target.Port} {(slot.Active ? "active" : slot.WaitingFor)}"))
            : "no disk"))));

    private void OnPublished(string vm, JournalEvent.StatePublished published)
    {
        switch (published.State)
        {
            case InstanceState.Running:
                Count(SystemMark.VmRan);
                CheckDisks(vm);
                break;
            case InstanceState.Rebooting:
                Count(SystemMark.Rebooted);
                break;
            case InstanceState.Destroyed:
                Count(SystemMark.VmStopped);
                break;
            case InstanceState.Failed when published.FailureReason == RememberedInstance.Restarted:
                Count(SystemMark.VmRemembered);
                break;
            case InstanceState.Failed when published.FailureReason == BrokenMachine:
                Count(SystemMark.VmFailed);
                break;
            case InstanceState.Failed:
                throw new SimulationFailure("L1", $"{vm} failed: {published.FailureReason}");
            default:
                break;
        }
    }

    /// <summary>A guest runs only upon disks that have been in service.</summary>
    private void CheckDisks(string journal)
    {
        var plane = _planes.Single(plane => journal == $"vm/{plane.Vm.Name}");
        foreach (var disk in plane.Vm.Disks)
        {
            if (_world.Service.Volumes.Hosts.LastOrDefault(host => host.Disk == disk) is not { Upstairs.WasActive: true })
                throw new SimulationFailure("Start", $"{plane.Vm.Name} runs before disk {disk.Id} was in service");
        }
    }

    private const string BrokenMachine = "broken by the schedule";

    private void Plan(SystemHappening asked) => _world.Clock.After(asked.At, () =>
    {
        _world.Trace.Add($"-- {asked}");
        var vm = _planes[asked.Vm].Vm;
        switch (asked.Deed)
        {
            case SystemDeed.CrashService:
                Crash(asked.Lasts);
                break;
            case SystemDeed.CutConnection:
                Count(SystemMark.ConnectionCut);
                _world.Network.CutSome(asked.A);
                break;
            case <= SystemDeed.BreakMachine:
                Bother(vm, asked);
                break;
            default:
                Harm(_planes[asked.Vm], vm.Disks[asked.A], asked);
                break;
        }
    });

    private void Crash(TimeSpan lasts)
    {
        if (!_world.Service.IsAlive)
            return;
        Count(SystemMark.ServiceCrashed);
        _world.Service.Crash();
        _world.Clock.After(lasts, () => _world.StartService());
    }

    private void Bother(SimulatedVm vm, SystemHappening asked)
    {
        var machine = vm.Machine;
        switch (asked.Deed)
        {
            case SystemDeed.Reboot:
                Stick(machine, asked.Lasts / 4);
                Expect(vm.Put("Reboot"));
                break;
            case SystemDeed.StickMachine:
                Stick(machine, asked.Lasts);
                break;
            case SystemDeed.Stop:
                var stop = vm.Put("Stop");
                Expect(stop);
                stop.WhenOver += reply =>
                {
                    if (reply.Status == 204)
                        MustEnd(vm);
                };
                break;
            case SystemDeed.GuestPowerOff when machine is { IsGuestRunning: true }:
                Count(SystemMark.GuestPoweredOff);
                machine.PowerOff();
                MustEnd(vm);
                break;
            case SystemDeed.GuestReset when machine is { IsGuestRunning: true }:
                Count(SystemMark.GuestReset);
                machine.ResetItself();
                break;
            case SystemDeed.BreakMachine when machine is { IsGuestRunning: true }:
                Count(SystemMark.MachineBroke);
                machine.Break(BrokenMachine);
                MustEnd(vm);
                break;
            default:
                break;
        }
    }

    private void Stick(VirtualMachine? machine, TimeSpan lasts)
    {
        if (machine is null)
            return;
        machine.IsStuck = true;
        _world.Clock.After(lasts, () => machine.IsStuck = false);
    }

    private static void Expect(Reply reply) => reply.WhenOver = over =>
    {
        if (over.Status is not (0 or 204 or 403 or 424 or 503))
            throw new SimulationFailure("Answer", $"{over}");
    };

    /// <summary>L2: whatever the servers do meanwhile.</summary>
    private void MustEnd(SimulatedVm vm)
    {
        var (instance, service) = (_world.Lives.InstanceOf(vm.Name), _world.Service);
        _world.Clock.After(ServiceOptions.Default.StopGrace + StopSlack, () =>
        {
            if (service.IsAlive && _world.Lives.InstanceOf(vm.Name) == instance && !vm.HasEnded)
                throw new SimulationFailure("L2", $"{vm.Name} is {vm.State} long after it was stopped");
        });
    }

    private void Harm(ControlPlane plane, SimulatedDisk disk, SystemHappening asked)
    {
        var server = disk.ServerAt(disk.Targets[asked.B]);
        switch (asked.Deed)
        {
            case SystemDeed.KillServer:
                Count(SystemMark.ServerKilled);
                server.Kill();
                _world.Clock.After(asked.Lasts, server.Start);
                break;
            case SystemDeed.LosePower:
                Count(SystemMark.PowerLost);
                server.LosePower();
                _world.Clock.After(asked.Lasts, server.Start);
                break;
            case SystemDeed.Silence:
                Count(SystemMark.ServerSilent);
                _world.Network.Silence(Network.Everybody, server.Address);
                _world.Clock.After(asked.Lasts * 4, () => _world.Network.EndSilence(Network.Everybody, server.Address));
                break;
            case SystemDeed.BeSlow:
                Count(SystemMark.ServerSlow);
                server.BeSlow(20);
                _world.Clock.After(asked.Lasts, () => server.BeSlow(1));
                break;
            case SystemDeed.FailWork:
                server.FailWork(1 + asked.A, mayPass: asked.A > 0);
                break;
            case SystemDeed.LoseDisk when plane.TryExpunge(disk, asked.B):
                Count(SystemMark.DiskLost);
                server.LoseDisk();
                break;
            case SystemDeed.Expunge when plane.TryExpunge(disk, asked.B):
                Count(SystemMark.ServerExpunged);
                break;
            default:
                break;
        }
    }
}
