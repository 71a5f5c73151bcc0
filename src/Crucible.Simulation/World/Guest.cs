using Crucible.Core.Upstairs;
using Crucible.Simulation.Checks;
using Crucible.Wire;

namespace Crucible.Simulation.World;

/// <summary>The user of one upstairs: asks and holds every answer against the history.</summary>
internal sealed class Guest(
    UpstairsHost host, VolumeHistory history, VolumeShape shape, Setting setting,
    Func<IReadOnlyList<DiskServer>> servers)
{
    private const int OutstandingMax = 40;
    private const int BurstSpread = 100;
    private static readonly TimeSpan SnapshotDeadline = TimeSpan.FromSeconds(20);
    private int _snapshots;

    /// <summary>Requests that were not answered.</summary>
    public int Outstanding { get; private set; }

    /// <summary>Of them and of all others, how many failed.</summary>
    public int Failed { get; private set; }

    public void Do(Happening asked)
    {
        if (!host.Alive || Outstanding >= OutstandingMax)
            return;
        switch (asked.Deed)
        {
            case Deed.Read:
                Read(asked.A, asked.B);
                break;
            case Deed.Write:
                Write(asked.A, asked.B, onlyUnwritten: false);
                break;
            case Deed.WriteUnwritten:
                Write(asked.A, asked.B, onlyUnwritten: true);
                break;
            case Deed.Snapshot:
                Flush($"{host.Number}-{++_snapshots}");
                break;
            default:
                Flush(snapshot: null);
                break;
        }
    }

    /// <summary>
    /// As much as is let in, without a flush: past every limit that makes an upstairs forget or give up. What was
    /// written
    /// first is not written again, or the loss of it would not show.
    /// </summary>
    public void Burst(Load load)
    {
        var (total, count) = load == Load.ManyJobs ? (10_100, 1) : (85, shape.Blocks);
        void Some(int left)
        {
            if (!host.Alive || host.Incarnation is null || left <= 0)
                return;
            for (; left > 0 && host.CanAdmit(count * shape.BlockSize); left--)
            {
                var spread = count > 1 || left > total - BurstSpread;
                Write(spread ? left % (shape.Blocks - count + 1) : 0, count, onlyUnwritten: false);
            }


            setting.Clock.After(TimeSpan.FromMilliseconds(20), () => Some(left));
        }

        Some(total);
    }

    public void Write(int first, int count, bool onlyUnwritten)
    {
        if (!host.CanAdmit(count * shape.BlockSize))
            return;
        var data = new byte[count * shape.BlockSize];
        var versions = new ulong[count];
        for (var i = 0; i < count; i++)
        {
            versions[i] = history.NewVersion();
            BlockPattern.Fill(data.AsSpan(i * shape.BlockSize, shape.BlockSize), first + i, versions[i]);
        }

        // Where two copies may be enough, an activation may write a block that no guest did.
        onlyUnwritten &= shape.Quorum == ProtocolLimits.Slots;
        var by = host.Incarnation;
        Ask(id => new UpstairsInput.Write(id, new BlockIndex((ulong)first), data, onlyUnwritten), answer =>
        {
            if (Succeeded(answer, Mark.WriteAccepted, Mark.WriteRefused, by) is not { } active)
                return;
            if (shape.ReadOnly)
                throw new SimulationFailure("S2", "a write of a read-only volume was accepted");
            for (var i = 0; i < count; i++)
            {
                if (!onlyUnwritten || active.Last(first + i) == 0)
                    history.WriteAccepted(active, first + i, versions[i]);
            }
        });
    }

    public void Read(int first, int count)
    {
        var by = host.Incarnation;
        var before = by?.LastOf(first, count) ?? [];
        Ask(id => new UpstairsInput.Read(id, new BlockIndex((ulong)first), (ulong)count), answer =>
        {
            if (Succeeded(answer, Mark.ReadChecked, Mark.ReadFailed, by) is { } active)
                VolumeHistory.ReadDone(active, first, before, ((UpstairsEffect.ReadAnswered)answer).Data.Span);
        });
    }

    public void Flush(string? snapshot)
    {
        var by = host.Incarnation;
        var covered = by?.LastOfAll() ?? [];
        var whole = host.Status().Slots.Count(slot => slot.Active || slot.Mode == SlotMode.Offline);
        Ask(id => new UpstairsInput.Flush(id, snapshot, SnapshotDeadline), answer =>
        {
            var (done, failed) = snapshot is null
                ? (Mark.FlushChecked, Mark.FlushFailed) : (Mark.SnapshotTaken, Mark.SnapshotFailed);
            if (Succeeded(answer, done, failed, by) is not { } active || shape.ReadOnly)
                return;
            var status = host.Status();
            if (whole < UpstairsLimits.WriteQuorum)
                setting.Count(Mark.FlushHeldForRepair);
            history.FlushDone(active, covered, Targets(status));
            if (snapshot is not null && active.Next is null)
                history.SnapshotDone(covered, snapshot, Targets(status));
            if (status is { JobsBuffered: 0, Degraded: false } && status.State == UpstairsState.Active
                && Targets(status).All(server => server.Announced == host.Ids && !server.DiskLost))
            {
                setting.Count(Mark.CopiesCompared);
                history.CopiesAgree(Targets(status), "after a flush");
            }
        });
    }

    private DiskServer[] Targets(RegionSetStatus status) =>
        [.. status.Slots.Select(slot => servers().First(server => server.Address.Equals(slot.Target)))];

    private void Ask(Func<RequestId, UpstairsInput> question, Action<UpstairsEffect> answered)
    {
        Outstanding++;
        host.Ask(question, answer =>
        {
            Outstanding--;
            answered(answer);
        });
    }

    /// <summary>The time of activity in which it succeeded; null if it failed.</summary>
    private Incarnation? Succeeded(UpstairsEffect answer, Mark success, Mark failure, Incarnation? by)
    {
        if (answer is UpstairsEffect.IoAnswered { Error: not null })
        {
            setting.Count(failure);
            Failed++;
            return null;
        }

        setting.Count(success);
        if (by is null || by != host.Incarnation)
            throw new SimulationFailure("S5", $"{host} did a request of another time of activity, or of none");
        return by;
    }
}
