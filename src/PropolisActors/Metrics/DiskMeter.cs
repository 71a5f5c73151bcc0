using Crucible.Core.Volumes;
using Crucible.Net;
using Crucible.Wire;
using Propolis.Core.Spec;
using PropolisActors.Protocols;
using PropolisActors.Volumes;

namespace PropolisActors.Metrics;

/// <summary>Counts what one disk did since its VM was created. Counted on any thread.</summary>
public sealed class DiskMeter
{
    /// <summary>Why an operation failed, as the contract's metrics tell it.</summary>
    public static readonly IReadOnlyList<string> FailureReasons = ["failed", "read-only"];

    private readonly ServiceMetrics _service;
    private readonly long[] _done = new long[3];
    private readonly long[] _bytes = new long[3];
    private readonly long[] _failed = new long[3 * 2];
    private readonly ulong[] _extentBytes;
    private IVolumeHost? _host;
    private long _repairedBefore;

    internal DiskMeter(
        ServiceMetrics service, VmName vm, SpecKey disk, InstanceProperties properties, VolumeConstructionRequest vcr, IVolumeHost host)
    {
        (_service, Vm, Disk, Properties, _host) = (service, vm, disk, properties, host);
        _extentBytes = [.. VcrTree.RegionSets(vcr).Select(static placed => placed.Region.BlockSizeBytes * placed.Region.BlocksPerExtent)];
        BlockSizeBytes = VcrTree.RegionSets(vcr) is [var first, ..] ? first.Region.BlockSizeBytes : 0;
    }

    public VmName Vm { get; }

    public SpecKey Disk { get; }

    public InstanceProperties Properties { get; }

    public ulong BlockSizeBytes { get; }

    /// <summary>The data path while it lives, to be read for what it shows; null later.</summary>
    public IVolumeHost? Host => Volatile.Read(ref _host);

    /// <summary>Operations that succeeded.</summary>
    public long Done(IoKind kind) => Volatile.Read(ref _done[(int)kind]);

    /// <summary>Their bytes.</summary>
    public long Bytes(IoKind kind) => Volatile.Read(ref _bytes[(int)kind]);

    /// <summary>Operations that failed for one reason.</summary>
    /// <param name="kind">Which operations.</param>
    /// <param name="reason">An index into <see cref="FailureReasons"/>.</param>
    public long Failed(IoKind kind, int reason) => Volatile.Read(ref _failed[((int)kind * 2) + reason]);

    /// <summary>Bytes of the extents that live repair copied.</summary>
    public long RepairedBytes() => Host is { } host ? RepairedBytes(host) : Volatile.Read(ref _repairedBefore);

    /// <summary>The same disk as its machine is to see it.</summary>
    public IBlockDevice Around(IBlockDevice device, TimeProvider time) => new MeteredDevice(device, this, time);

    internal void Count(IoKind kind, int bytes, TimeSpan took, IoResult result)
    {
        if (result.Error is { } error)
        {
            Interlocked.Increment(ref _failed[((int)kind * 2) + (error.Kind == CrucibleErrorKind.ModifyingReadOnlyRegion ? 1 : 0)]);
            return;
        }

        Interlocked.Increment(ref _done[(int)kind]);
        Interlocked.Add(ref _bytes[(int)kind], bytes);
        _service.Record(kind, bytes, took);
    }

    /// <summary>The volume has ended: what it counted stays, what it held is let go.</summary>
    internal void LetGo()
    {
        if (Interlocked.Exchange(ref _host, null) is { } host)
            Volatile.Write(ref _repairedBefore, RepairedBytes(host));
    }

    private long RepairedBytes(IVolumeHost host)
    {
        var bytes = 0UL;
        var status = host.Status;
        for (var i = 0; i < status.Length && i < _extentBytes.Length; i++)
        {
            foreach (var slot in status[i].Slots)
                bytes += slot.ExtentsRepaired * _extentBytes[i];
        }

        return (long)bytes;
    }
}
