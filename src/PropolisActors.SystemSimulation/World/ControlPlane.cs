using System.Net;
using Crucible.Simulation;
using Propolis.Core.Lifecycle;

namespace PropolisActors.SystemSimulation.World;

/// <summary>
/// Who wants one VM to run: creates it, again when it has ended, gives up servers that are gone, and tells the VM so without
/// looking at what it is doing, until it has heard that it is done.
/// </summary>
internal sealed class ControlPlane
{
    private static readonly TimeSpan TickMin = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan TickMax = TimeSpan.FromSeconds(1.5);

    /// <summary>L3, beside the time that the journal takes.</summary>
    private static readonly TimeSpan ReplaceLimit = TimeSpan.FromMilliseconds(10);

    private const int JournalWritesMax = 6;
    private const double Patience = 0.3;

    private readonly SimulatedVm _vm;
    private readonly SystemWorld _world;
    private readonly Action<SystemMark> _count;
    private readonly Dictionary<SimulatedDisk, Replacing> _replacing = [];
    private Reply? _creating;
    private Reply? _running;
    private Reply? _waiting;

    public ControlPlane(SimulatedVm vm, SystemWorld world, Action<SystemMark> count)
    {
        (_vm, _world, _count) = (vm, world, count);
        Tend();
    }

    public SimulatedVm Vm => _vm;

    /// <summary>Wants nothing any more.</summary>
    public bool IsDone { get; set; }

    /// <summary>Every disk has three whole copies in service, and nothing is left to be told.</summary>
    public bool IsWhole => _vm.State == InstanceState.Running && _replacing.Count == 0 && _vm.Disks.All(IsWholeNow);

    public bool IsReplacing(SimulatedDisk disk) => _replacing.ContainsKey(disk);

    /// <summary>
    /// Gives up one server of a disk. At most one of a disk at a time, until the disk is whole again; but the one that was put
    /// in its place may be given up too.
    /// </summary>
    /// <returns>False when another one is being replaced.</returns>
    public bool TryExpunge(SimulatedDisk disk, int slot)
    {
        if (_replacing.TryGetValue(disk, out var open))
        {
            if (open.Slot != slot)
                return false;
            _count(SystemMark.ReplacementReplaced);
        }
        else if (!IsWholeNow(disk))
        {
            return false;
        }

        var (old, next) = (disk.Targets[slot], disk.NewServer(machine: slot).Address);
        _world.Trace.Add($"control plane: {old.Port} is given up for {next.Port}");
        disk.Targets = [.. disk.Targets.Select((target, i) => i == slot ? next : target)];
        disk.Generation++;
        _replacing[disk] = new Replacing(slot, old, next, disk.Vcr());
        return true;
    }

    private bool IsWholeNow(SimulatedDisk disk) =>
        _world.Service.Volumes.Hosts.LastOrDefault(host => host.Disk == disk && !host.IsOver) is { } host
        && host.Upstairs.Incarnation is not null
        && host.Status[0].Slots.Select(slot => slot.Target).SequenceEqual(disk.Targets)
        && host.Status[0].Slots.All(slot => slot.Active);

    private void MustHaveEnded(Reply reply)
    {
        var (instance, state) = (_world.Lives.InstanceOf(_vm.Name), _vm.State);
        _world.Clock.After(JournalWritesMax * _world.Options.JournalDelay, () =>
        {
            if (_world.Service.IsAlive && _world.Lives.InstanceOf(_vm.Name) == instance && !_vm.HasEnded)
                throw new SimulationFailure("R1", $"{reply}, while the VM was {state}");
        });
    }

    private bool IsInService(SimulatedDisk disk, IPEndPoint target) =>
        _world.Service.Volumes.Hosts.LastOrDefault(host => host.Disk == disk) is { } host
        && host.Status[0].Slots.Any(slot => slot.Target.Equals(target) && slot.Active);

    private void Tend()
    {
        if (IsDone)
            return;
        Want();
        foreach (var (disk, replacing) in _replacing.ToArray())
            Tell(disk, replacing);
        AskWhatItWaitsFor();
        _world.Clock.After(_world.Random.Between(TickMin, TickMax), Tend);
    }

    /// <summary>A VM that runs.</summary>
    private void Want()
    {
        if (_creating is { IsOver: false } || _running is { IsOver: false })
            return;
        // It is in no hurry, so that a VM is also met while it waits to be run, and when it has ended.
        if (_vm.State is not null && _world.Random.Chance(Patience))
            return;
        if (_vm.State is null || _vm.HasEnded)
        {
            var vcrs = _vm.Disks.ToDictionary(disk => disk, VcrToBeginWith);
            _creating = _vm.Ensure(disk => vcrs[disk]);
        }
        else if (_vm.State == InstanceState.Creating)
        {
            _running = _vm.Put("Run");
        }
    }

    /// <summary>
    /// Half of the time it still names the server that was given up: it was made before. Then the VM waits for that server
    /// until it is told better.
    /// </summary>
    private string VcrToBeginWith(SimulatedDisk disk)
    {
        disk.Generation++;
        if (!_replacing.TryGetValue(disk, out var replacing))
            return disk.Vcr();
        var begun = disk.Vcr();
        var knows = _world.Random.Chance(0.5);
        if (!knows)
        {
            begun = disk.Vcr(
                [.. disk.Targets.Select((target, i) => i == replacing.Slot ? replacing.Old : target)], disk.Generation++);
            _count(SystemMark.CreatedWithAGivenUpServer);
        }

        _replacing[disk] = replacing with { Vcr = disk.Vcr(), Asked = null, IsAccepted = false, IsCreatedWith = knows };
        return begun;
    }

    private void Tell(SimulatedDisk disk, Replacing replacing)
    {
        if (IsWholeNow(disk))
        {
            _replacing.Remove(disk);
            _count(SystemMark.ReplacementInSync);
            return;
        }

        if (replacing.IsCreatedWith || _vm.State is null || replacing.Asked is { IsOver: false })
            return;
        if (replacing.IsAccepted && _world.Random.Chance(0.7))
            return;
        Count(_vm.State);
        var asked = _vm.Replace(disk, replacing.Vcr);
        _replacing[disk] = replacing with { Asked = asked };
        var check = asked.WhenOver!;
        asked.WhenOver = reply =>
        {
            check(reply);
            if (reply.Answered - reply.Arrived > ReplaceLimit + (JournalWritesMax * _world.Options.JournalDelay))
                throw new SimulationFailure("L3", $"{reply} after {reply.Answered - reply.Arrived}");
            if (_replacing.TryGetValue(disk, out var now) && now.Asked == asked)
                _replacing[disk] = Heard(disk, now, reply);
        };
    }

    private Replacing Heard(SimulatedDisk disk, Replacing replacing, Reply reply)
    {
        switch (reply.Status)
        {
            case 200:
                if (replacing.IsAccepted)
                    _count(SystemMark.ReplacementRepeated);
                if (reply.Word == "completed_already" && !IsInService(disk, replacing.New) && IsUnbroken(disk, replacing))
                    throw new SimulationFailure("D4", $"{reply}, and the copy is not in service");
                return replacing with { IsAccepted = true };
            case 409:
                _count(SystemMark.ReplacementRefusedForNow);
                return replacing;
            case 400 when reply.Body.Contains("is the last copy that was in sync", StringComparison.Ordinal):
                // D5: the others lost their disks. It may go once one of them is whole again.
                return replacing;
            case 410 or 424 when _vm.State is null || _vm.HasEnded || !_world.Service.IsAlive:
                _count(SystemMark.ReplacementOfAnEndedVm);
                return replacing with { IsAccepted = false };
            case 410 or 424 or 503 when _world.Now - _world.ServiceStarted < TimeSpan.FromSeconds(1):
                // It has just started and does not know its VMs yet.
                return replacing;
            case 410 or 424:
                // It is ending; what it ends in is shown when it is stored.
                MustHaveEnded(reply);
                return replacing;
            case 0:
                _count(SystemMark.ReplacementAnswerLost);
                return replacing;
            default:
                throw new SimulationFailure("R1", $"{reply}, while the VM is {_vm.State}: {reply.Body}");
        }
    }

    /// <summary>The copy was in sync and its server has not been away since, for all that can be known from here.</summary>
    private bool IsUnbroken(SimulatedDisk disk, Replacing replacing) =>
        !_world.Setting.MayFail && disk.ServerAt(replacing.New).Running;

    private void AskWhatItWaitsFor()
    {
        if (_waiting is { IsOver: false } || _vm.State is null)
            return;
        _waiting = _vm.Waiting();
        _waiting.WhenOver = reply =>
        {
            if (reply.Status == 200 && reply.Body.Contains("\"waits_for\":[]", StringComparison.Ordinal)
                // It has ended, and that is being stored.
                && !reply.Body.Contains("\"outcome\":{", StringComparison.Ordinal)
                && !reply.Body.Contains("\"Destroyed\"", StringComparison.Ordinal)
                && !reply.Body.Contains("\"Failed\"", StringComparison.Ordinal))
                throw new SimulationFailure("L5", $"the VM does not say what it waits for: {reply.Body}");
        };
    }

    private void Count(InstanceState? state) => _count(state switch
    {
        InstanceState.Creating => SystemMark.ReplacedWhileCreated,
        InstanceState.Starting => SystemMark.ReplacedWhileStarting,
        InstanceState.Running => SystemMark.ReplacedWhileRunning,
        InstanceState.Rebooting => SystemMark.ReplacedWhileRebooting,
        InstanceState.Stopping or InstanceState.Stopped => SystemMark.ReplacedWhileStopping,
        _ => SystemMark.ReplacementOfAnEndedVm,
    });

    /// <summary>One server that is given up.</summary>
    /// <param name="Slot">Whose it was.</param>
    /// <param name="Old">Given up.</param>
    /// <param name="New">In its place.</param>
    /// <param name="Vcr">What says so.</param>
    private sealed record Replacing(int Slot, IPEndPoint Old, IPEndPoint New, string Vcr)
    {
        /// <summary>The last time the VM was told.</summary>
        public Reply? Asked { get; init; }

        public bool IsAccepted { get; init; }

        /// <summary>The VM that is there now knows it from its creation.</summary>
        public bool IsCreatedWith { get; init; }
    }
}
