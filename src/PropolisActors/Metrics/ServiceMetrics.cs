using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Crucible.Core.Volumes;
using Propolis.Core.Lifecycle;
using Propolis.Core.Spec;
using PropolisActors.Events;
using PropolisActors.Protocols;
using PropolisActors.Volumes;

namespace PropolisActors.Metrics;

// The one source of every figure of this service: whatever shows or sends them reads this meter. Names and labels are those of
// the contract's metrics (propolis-server API, section 18) where it has them. Labels that name a VM or a disk exist only while
// the service knows that VM, and only for so many of them: so the number of series has a bound.

/// <summary>What this service measures of itself. Events and operations come in on any thread.</summary>
public sealed partial class ServiceMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "PropolisActors";

    /// <summary>Disks, and VMs, with series of their own. What the others do is summed under the id <see cref="Other"/>.</summary>
    public const int SeriesMax = 2000;

    /// <summary>Stands for everything beyond <see cref="SeriesMax"/>.</summary>
    public const string Other = "other";

    private readonly Lock _lock = new();
    private readonly Meter _meter = new(MeterName);
    private readonly SortedDictionary<(string Vm, string Disk), DiskMeter> _disks = [];
    private readonly Dictionary<VmName, Vm> _vms = [];
    private readonly Dictionary<(VmName Vm, SpecKey Disk), (VolumePhase Phase, DateTimeOffset Since)> _volumes = [];
    private readonly Dictionary<(VmName Vm, SpecKey Disk), DateTimeOffset> _replacements = [];

    public ServiceMetrics()
    {
        MakeInstruments();
    }

    /// <summary>Where others of this service put instruments of their own, and whence all are read.</summary>
    public Meter Meter => _meter;

    /// <summary>Begins to count for a disk. One of the same key takes the place of the one before.</summary>
    /// <param name="vm">Whose.</param>
    /// <param name="disk">The backend id.</param>
    /// <param name="properties">Of the VM.</param>
    /// <param name="vcr">What the disk is made of.</param>
    /// <param name="host">Its data path; let go when its volume tells of its end.</param>
    public DiskMeter Add(
        VmName vm, SpecKey disk, InstanceProperties properties, VolumeConstructionRequest vcr, IVolumeHost host)
    {
        var meter = new DiskMeter(this, vm, disk, properties, vcr, host);
        lock (_lock)
            _disks[(vm.Value, disk.ToString())] = meter;
        return meter;
    }

    /// <summary>Takes up what changed.</summary>
    public void Apply(ServiceEvent @event)
    {
        lock (_lock)
        {
            switch (@event)
            {
                case ServiceEvent.VmStateChanged e:
                    ApplyState(e);
                    break;
                case ServiceEvent.VmGone e:
                    _vms.Remove(e.Vm);
                    Forget(e.Vm);
                    break;
                case ServiceEvent.VolumeChanged e:
                    ApplyPhase(e);
                    break;
                case ServiceEvent.RepairChanged { Change: not RepairChange.Progressed } e:
                    _repairs.Add(1, new("kind", NameOf(e.Kind)), new("change", NameOf(e.Change)));
                    break;
                case ServiceEvent.ReplacementChanged e:
                    ApplyReplacement(e);
                    break;
                default:
                    // A slot's state is read from what its volume shows.
                    break;
            }
        }
    }

    public void Dispose() => _meter.Dispose();

    internal void Record(IoKind kind, int bytes, TimeSpan took)
    {
        var label = new KeyValuePair<string, object?>("io_kind", NameOf(kind));
        _latency.Record((long)took.TotalNanoseconds, label);
        if (kind != IoKind.Flush)
            _size.Record(bytes, label);
    }

    private void ApplyState(ServiceEvent.VmStateChanged e)
    {
        var before = _vms.GetValueOrDefault(e.Vm);
        var resets = before is { } known && known.Id == e.Id ? known.Resets : 0;
        _vms[e.Vm] = new Vm(e.Id, e.State.State, resets + (e.State.State == InstanceState.Rebooting ? 1 : 0));
        if (e.State.Gen == 1)
            ForgetVolumes(e.Vm);
    }

    private void ApplyPhase(ServiceEvent.VolumeChanged e)
    {
        var key = (e.Vm, e.Disk);
        if (e.Phase is VolumePhase.Active
            && _volumes.TryGetValue(key, out var before) && before.Phase is VolumePhase.Activating)
            _activation.Record((e.At - before.Since).TotalSeconds);
        _volumes[key] = (e.Phase, e.At);
        if (e.Phase is not VolumePhase.Ended)
            return;
        _volumes.Remove(key);
        _replacements.Remove(key);
        if (_disks.TryGetValue((e.Vm.Value, e.Disk.ToString()), out var meter))
            meter.LetGo();
    }

    private void ApplyReplacement(ServiceEvent.ReplacementChanged e)
    {
        _accepted.Add(1, new KeyValuePair<string, object?>("change", e.IsInSync ? "in_sync" : "accepted"));
        if (!e.IsInSync)
            _replacements[(e.Vm, e.Disk)] = e.At;
        else if (_replacements.Remove((e.Vm, e.Disk), out var since))
            _replacement.Record((e.At - since).TotalSeconds);
    }

    private void Forget(VmName vm)
    {
        ForgetVolumes(vm);
        foreach (var key in _disks.Keys.Where(key => key.Vm == vm.Value).ToList())
        {
            _disks[key].LetGo();
            _disks.Remove(key);
        }
    }

    private void ForgetVolumes(VmName vm)
    {
        foreach (var key in _volumes.Keys.Concat(_replacements.Keys).Where(key => key.Vm == vm).ToList())
        {
            _volumes.Remove(key);
            _replacements.Remove(key);
        }
    }

    private ImmutableArray<DiskMeter> Disks()
    {
        lock (_lock)
            return [.. _disks.Values];
    }

    private sealed record Vm(Guid Id, InstanceState State, long Resets);
}
