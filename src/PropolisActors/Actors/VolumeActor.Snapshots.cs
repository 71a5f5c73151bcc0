using Akka.Actor;
using Crucible.Core.Upstairs;
using Crucible.Core.Volumes;
using Crucible.Net;
using Crucible.Wire;
using Propolis.Core.Api;
using PropolisActors.Protocols;

namespace PropolisActors.Actors;

// Snapshots go past the volume's machine: they decide nothing, and nothing waits for them. Each region set gives its own
// answer within the deadline, whatever its servers do.
public sealed partial class VolumeActor
{
    /// <summary>Snapshots under way at once; one more is told to come again.</summary>
    public const int SnapshotsMax = 8;

    private readonly Dictionary<ulong, IActorRef> _snapshots = [];
    private ulong _lastSnapshot;

    private void OnSnapshot(VolumeProtocol.Snapshot command)
    {
        if (_snapshots.Count >= SnapshotsMax)
        {
            command.ReplyTo.Tell(new VmProtocol.Refused(
                ApiError.Busy($"{SnapshotsMax} snapshots of this disk are under way already")));
            return;
        }

        var number = ++_lastSnapshot;
        _snapshots.Add(number, command.ReplyTo);
        _ = SnapshotAllAsync(_setup.Host, _state.Vcr, command.SnapshotId.ToString(), _setup.SnapshotDeadline).PipeTo(
            Self,
            success: why => new SnapshotEnded(number, why),
            failure: error => new SnapshotEnded(number, CrucibleError.Io(error.Message).Describe()));
    }

    private void OnSnapshotEnded(SnapshotEnded ended)
    {
        if (_snapshots.Remove(ended.Number, out var asker))
            asker.Tell(ended.WhyNot is { } why
                ? new VmProtocol.Refused(ApiError.DiskRefused(why))
                : new VmProtocol.SnapshotTaken());
    }

    /// <summary>Asks the region sets that hold the volume's own blocks, side by side; a parent is somebody else's.</summary>
    /// <returns>Why there is no snapshot, or null.</returns>
    private static async Task<string?> SnapshotAllAsync(
        Volumes.IVolumeHost host, VolumeConstructionRequest vcr, string name, TimeSpan deadline)
    {
        var own = VcrTree.RegionSets(vcr)
            .Select((placed, i) => (placed.IsInParent, RegionSet: new RegionSetIndex(i)))
            .Where(part => !part.IsInParent)
            .Select(part => part.RegionSet)
            .ToList();
        var results = await Task.WhenAll(own.Select(regionSet => host.SnapshotAsync(regionSet, name, deadline)));
        var failed = Array.FindIndex(results, result => !result.IsOk);
        return failed < 0 ? null : SayWhyNot(host, own[failed], results[failed]);
    }

    /// <summary>The region set's own words, and which servers it has not got.</summary>
    private static string SayWhyNot(Volumes.IVolumeHost host, RegionSetIndex regionSet, IoResult result)
    {
        var status = host.Status[regionSet.Value];
        var missing = string.Join(", ", status.Slots.Where(slot => !slot.Active).Select(slot => slot.Target));
        var why = result.Error!.Describe();
        return status.State == UpstairsState.Active && missing.Length > 0 ? $"{why} (not active: {missing})" : why;
    }

    private sealed record SnapshotEnded(ulong Number, string? WhyNot);
}
