using System.Collections.Immutable;
using Akka.Actor;
using Crucible.Core.Upstairs;
using Crucible.Core.Volumes;
using Propolis.Core.Spec;

namespace PropolisActors.Protocols;

/// <summary>What a volume actor accepts, and what it tells. It never asks what its VM is doing.</summary>
public static class VolumeProtocol
{
    /// <summary>What the owner wants: the volume active, or not. A repeat does nothing. Heard of by
    /// a <see cref="Report"/>.</summary>
    public sealed record Demand(bool Active);

    /// <summary>Asks for the VCR <paramref name="VcrJson"/> from now on. Answered to <paramref name="ReplyTo"/> by
    /// <see cref="VmProtocol.VcrReplaced"/> or <see cref="VmProtocol.Refused"/>, never by silence.</summary>
    public sealed record Replace(string VcrJson, IActorRef ReplyTo)
    {
        public override string ToString() => "Replace";
    }

    /// <summary>Answered by <see cref="VolumeStatus"/> from what was last published.</summary>
    public sealed record GetStatus(IActorRef ReplyTo);

    /// <summary>Asks every copy for a snapshot. Answered to <paramref name="ReplyTo"/> by
    /// <see cref="VmProtocol.SnapshotTaken"/> or <see cref="VmProtocol.Refused"/>, never by silence. It holds up nothing
    /// else, and a repeat finds the snapshot made.</summary>
    public sealed record Snapshot(Guid SnapshotId, IActorRef ReplyTo);

    /// <summary>The grace is over: fail what is left and let go of the servers at once.</summary>
    public sealed record Force;

    /// <summary>The VM has ended: answer everything still queued, close, stop.</summary>
    public sealed record End;

    /// <summary>What a volume tells its owner.</summary>
    public abstract record Report(SpecKey Disk)
    {
        public sealed record Active(SpecKey Disk) : Report(Disk);

        public sealed record Inactive(SpecKey Disk) : Report(Disk);

        public sealed record Failed(SpecKey Disk, string Why) : Report(Disk);
    }

    /// <summary>A newer VCR is the stored one. Told to the supervisor, before the answer to who asked.</summary>
    public sealed record VcrStored(SpecKey Disk, string VcrJson, ulong Revision)
    {
        public override string ToString() => $"VcrStored {{ Disk = {Disk}, Revision = {Revision} }}";
    }

    /// <summary>A snapshot of one disk.</summary>
    /// <param name="Disk">The backend id.</param>
    /// <param name="Facts">What the volume decides by.</param>
    /// <param name="RegionSets">In the order of the tree.</param>
    public sealed record VolumeStatus(SpecKey Disk, VolumeFacts Facts, ImmutableArray<RegionSetStatus> RegionSets);
}
