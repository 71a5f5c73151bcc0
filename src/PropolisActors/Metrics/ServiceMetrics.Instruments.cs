using System.Diagnostics;
using System.Diagnostics.Metrics;
using Crucible.Core.Upstairs;
using Propolis.Core.Lifecycle;
using PropolisActors.Events;

namespace PropolisActors.Metrics;

// The instruments. Those that are observed are computed when somebody reads them, from what is known then.
public sealed partial class ServiceMetrics
{
    private static readonly InstrumentAdvice<double> Times = new()
    {
        HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200],
    };

    /// <summary>Ten to a decade from 10^3 to 10^10 ns.</summary>
    private static readonly InstrumentAdvice<long> Latencies = new()
    {
        HistogramBucketBoundaries = [.. Enumerable.Range(0, 71).Select(static i => (long)Math.Round(Math.Pow(10, 3 + (i / 10.0))))],
    };

    /// <summary>Powers of two from 2^9 to 2^30 bytes.</summary>
    private static readonly InstrumentAdvice<long> Sizes = new()
    {
        HistogramBucketBoundaries = [.. Enumerable.Range(9, 22).Select(static power => 1L << power)],
    };

    private Histogram<double> _activation = null!;
    private Histogram<double> _replacement = null!;
    private Histogram<long> _latency = null!;
    private Histogram<long> _size = null!;
    private Counter<long> _repairs = null!;
    private Counter<long> _accepted = null!;

    private void MakeInstruments()
    {
        _activation = _meter.CreateHistogram(
            "propolis.volume.activation_time", "s", "From the demand for a volume until it serves.", null, Times);
        _replacement = _meter.CreateHistogram(
            "propolis.volume.replacement_time", "s", "From an accepted replacement until the new copy is in sync.", null, Times);
        _latency = _meter.CreateHistogram(
            "virtual_disk.io_latency", "ns", "Time of successful operations of all disks.", null, Latencies);
        _size = _meter.CreateHistogram("virtual_disk.io_size", "By", "Size of successful operations of all disks.", null, Sizes);
        _repairs = _meter.CreateCounter<long>("propolis.repairs", null, "Repairs that started, were completed or given up.");
        _accepted = _meter.CreateCounter<long>("propolis.replacements", null, "Replacements accepted, and those in sync since.");

        Observe("propolis.repair.copied", "By", "Extents copied by live repair, for disks the service still knows.",
            disk => [(disk.RepairedBytes(), null)]);
        _meter.CreateObservableGauge("propolis.vms", CountVms, null, "VMs by state, ended ones included.");
        _meter.CreateObservableGauge("propolis.volumes", CountVolumes, null, "Volumes by phase.");
        _meter.CreateObservableGauge("propolis.slots", CountSlots, null, "Copies of region sets by state.");
        _meter.CreateObservableGauge("propolis.queue", Queues, null, "Jobs that region sets hold, and those that servers have not answered.");
        _meter.CreateObservableCounter("virtual_machine.reset", Resets, null, "Reboots asked for through the API.");
        MakeDiskCounters();
    }

    private void MakeDiskCounters()
    {
        Observe("virtual_disk.reads", null, "Successful reads.", static disk => [(disk.Done(IoKind.Read), null)]);
        Observe("virtual_disk.bytes_read", null, "Their bytes.", static disk => [(disk.Bytes(IoKind.Read), null)]);
        Observe("virtual_disk.writes", null, "Successful writes.", static disk => [(disk.Done(IoKind.Write), null)]);
        Observe("virtual_disk.bytes_written", null, "Their bytes.", static disk => [(disk.Bytes(IoKind.Write), null)]);
        Observe("virtual_disk.flushes", null, "Successful flushes.", static disk => [(disk.Done(IoKind.Flush), null)]);
        foreach (var (kind, name) in new[] { (IoKind.Read, "reads"), (IoKind.Write, "writes"), (IoKind.Flush, "flushes") })
        {
            Observe($"virtual_disk.failed_{name}", null, "Those that failed.", disk =>
                DiskMeter.FailureReasons.Select((reason, i) => (disk.Failed(kind, i), (string?)reason)));
        }
    }

    /// <summary>A counter with one series a disk, and one for each reason where there are any.</summary>
    private void Observe(
        string name, string? unit, string description, Func<DiskMeter, IEnumerable<(long Value, string? Reason)>> read) =>
        _meter.CreateObservableCounter(name, () => PerDisk(read), unit, description);

    private IEnumerable<Measurement<long>> PerDisk(Func<DiskMeter, IEnumerable<(long Value, string? Reason)>> read)
    {
        var disks = Disks();
        foreach (var disk in disks.Take(SeriesMax))
        {
            foreach (var (value, reason) in read(disk))
                yield return new Measurement<long>(value, LabelsOf(disk, reason));
        }

        foreach (var rest in disks.Skip(SeriesMax).SelectMany(read).GroupBy(static part => part.Reason, StringComparer.Ordinal))
            yield return new Measurement<long>(rest.Sum(static part => part.Value), OtherLabels(rest.Key));
    }

    private static List<KeyValuePair<string, object?>> LabelsOf(DiskMeter disk, string? reason)
    {
        List<KeyValuePair<string, object?>> labels =
        [
            new("attached_instance_id", disk.Properties.Id),
            new("block_size", disk.BlockSizeBytes),
            new("disk_id", disk.Disk.ToString()),
            new("project_id", disk.Properties.Metadata.ProjectId),
            new("silo_id", disk.Properties.Metadata.SiloId),
        ];
        if (reason is not null)
            labels.Add(new("failure_reason", reason));
        return labels;
    }

    private static List<KeyValuePair<string, object?>> OtherLabels(string? reason)
    {
        List<KeyValuePair<string, object?>> labels = [new("attached_instance_id", Other), new("disk_id", Other)];
        if (reason is not null)
            labels.Add(new("failure_reason", reason));
        return labels;
    }

    private IEnumerable<Measurement<long>> CountVms()
    {
        Dictionary<InstanceState, long> counts;
        lock (_lock)
            counts = _vms.Values.GroupBy(static vm => vm.State).ToDictionary(static g => g.Key, static g => (long)g.Count());
        return Enum.GetValues<InstanceState>().Select(state => new Measurement<long>(
            counts.GetValueOrDefault(state), new KeyValuePair<string, object?>("state", state.ToString())));
    }

    private IEnumerable<Measurement<long>> CountVolumes()
    {
        lock (_lock)
        {
            return _volumes.Values.GroupBy(static volume => volume.Phase.GetType().Name, StringComparer.Ordinal)
                .Select(static g => Of(g.Count(), "phase", g.Key.ToLowerInvariant()))
                .ToList();
        }
    }

    private IEnumerable<Measurement<long>> CountSlots()
    {
        long active = 0, repairing = 0, connecting = 0;
        foreach (var slot in Statuses().SelectMany(static set => set.Slots))
        {
            if (slot.Active)
                active++;
            else if (slot.Step == SlotStep.LiveRepair)
                repairing++;
            else
                connecting++;
        }

        return [Of(active, "state", "active"), Of(connecting, "state", "connecting"), Of(repairing, "state", "live_repair")];
    }

    private IEnumerable<Measurement<long>> Queues()
    {
        long buffered = 0, unanswered = 0, bytes = 0;
        foreach (var set in Statuses())
        {
            buffered += set.JobsBuffered;
            unanswered += set.Slots.Sum(static slot => (long)slot.JobsInFlight);
            bytes += set.Slots.Sum(static slot => (long)slot.BytesInFlight);
        }

        return
        [
            Of(buffered, "queue", "jobs_buffered"), Of(unanswered, "queue", "jobs_in_flight"), Of(bytes, "queue", "bytes_in_flight"),
        ];
    }

    private IEnumerable<RegionSetStatus> Statuses() =>
        Disks().Select(static disk => disk.Host).OfType<Volumes.IVolumeHost>().SelectMany(static host => host.Status);

    private IEnumerable<Measurement<long>> Resets()
    {
        lock (_lock)
        {
            var vms = _vms.Values.OrderBy(static vm => vm.Id).ToList();
            return
            [
                .. vms.Take(SeriesMax).Select(static vm => Of(vm.Resets, "instance_id", vm.Id)),
                .. vms.Count > SeriesMax
                    ? [Of(vms.Skip(SeriesMax).Sum(static vm => vm.Resets), "instance_id", Other)]
                    : Enumerable.Empty<Measurement<long>>(),
            ];
        }
    }

    private static Measurement<long> Of(long value, string label, object text) =>
        new(value, new KeyValuePair<string, object?>(label, text));

    private static string NameOf(IoKind kind) => kind switch
    {
        IoKind.Read => "read",
        IoKind.Write => "write",
        IoKind.Flush => "flush",
        _ => throw new UnreachableException($"{kind}"),
    };

    private static string NameOf(RepairKind kind) => kind == RepairKind.LiveRepair ? "live_repair" : "reconciliation";

    private static string NameOf(RepairChange change) => change.ToString().ToLowerInvariant();
}
