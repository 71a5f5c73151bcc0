using System.Collections.Immutable;
using Akka.Actor;
using Crucible.Core.Upstairs;
using Crucible.Core.Volumes;
using Propolis.Core.Migration;
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

    /// <summary>Another server may have taken the disk: let go of it, and take it back with this generation at least. The
    /// higher generation is stored like one that was sent. Heard of by a <see cref="Report"/>.</summary>
    public sealed record Reclaim(ulong GenerationMin);

    /// <summary>Makes durable what the guest wrote. Answered by <see cref="Flushed"/>.</summary>
    public sealed record Flush(IActorRef ReplyTo);

    /// <summary>A flush has ended.</summary>
    /// <param name="Disk">The backend id.</param>
    /// <param name="Error">Why it is not known to be durable; null when it is.</param>
    public sealed record Flushed(SpecKey Disk, string? Error);

    /// <summary>Answered by a <see cref="HandOverDisk"/> as it is now.</summary>
    public sealed record GetHandOver(IActorRef ReplyTo);

    /// <summary>Replacements are to wait from now on, until <see cref="Unseal"/> or <see cref="End"/>, so that the VCR stays
    /// what it is. Answered by a <see cref="HandOverDisk"/> once what was under way is decided.</summary>
    public sealed record Seal(IActorRef ReplyTo);

    /// <summary>Replacements that wait, and later ones, are taken again.</summary>
    public sealed record Unseal;

    /// <summary>The VM has ended: answer everything still queued, close, stop.</summary>
    public sealed record End;

    /// <summary>What a volume tells its owner.</summary>
    public abstract record Report(SpecKey Disk)
    {
        public sealed record Active(SpecKey Disk) : Report(Disk);

        /// <summary>It has let go.</summary>
        /// <param name="Disk">The backend id.</param>
        /// <param name="Flushed">False when something the guest wrote may not have reached the servers.</param>
        public sealed record Inactive(SpecKey Disk, bool Flushed) : Report(Disk);

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
