using Crucible.Core.Upstairs;
using Crucible.Wire;
using Crucible.Simulation.Checks;

namespace Crucible.Simulation.World;

/// <summary>
/// The user of one upstairs: keeps some requests under way and holds every answer against the history.
/// </summary>
internal sealed class Guest(
    UpstairsHost host, VolumeHistory history, VirtualClock clock, SeededRandom random, Climate climate, int blocks,
    Statistics statistics)
{
    private const int BlocksPerRequestMax = 5;

    /// <summary>Asks for nothing new when false.</summary>
    public bool Busy { get; set; } = true;

    /// <summary>Requests that were not answered.</summary>
    public int Outstanding { get; private set; }

    /// <summary>Of them and of all others, how many failed.</summary>
    public int Failed { get; private set; }

    public void Start()
    {
        for (var i = 0; i < climate.GuestRequests; i++)
            Pause();
    }

    public void Write(int first, int count, bool onlyUnwritten)
    {
        var data = new byte[count * BlockPattern.BlockSize];
        var versions = new ulong[count];
        for (var i = 0; i < count; i++)
        {
            versions[i] = history.NewVersion();
            BlockPattern.Fill(data.AsSpan(i * BlockPattern.BlockSize, BlockPattern.BlockSize), first + i, versions[i]);
        }

        var by = host.Incarnation;
        Ask(id => new UpstairsInput.Write(id, new BlockIndex((ulong)first), data, onlyUnwritten), answer =>
        {
            if (Succeeded(answer, Sight.WriteAccepted, Sight.WriteRefused, by) is not { } active)
                return;
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
        var before = by is null ? [] : by.LastOfAll()[first..(first + count)];
        Ask(id => new UpstairsInput.Read(id, new BlockIndex((ulong)first), (ulong)count), answer =>
        {
            if (Succeeded(answer, Sight.ReadChecked, Sight.ReadFailed, by) is { } active)
                VolumeHistory.ReadDone(active, first, before, ((UpstairsEffect.ReadAnswered)answer).Data.Span);
        });
    }

    public void Flush()
    {
        var by = host.Incarnation;
        var covered = by?.LastOfAll() ?? [];
        Ask(id => new UpstairsInput.Flush(id), answer =>
        {
            if (Succeeded(answer, Sight.FlushChecked, Sight.FlushFailed, by) is { } active)
                history.FlushDone(active, covered);
        });
    }

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
    private Incarnation? Succeeded(UpstairsEffect answer, Sight success, Sight failure, Incarnation? by)
    {
        if (answer is UpstairsEffect.IoAnswered { Error: not null })
        {
            statistics.Count(failure);
            Failed++;
            return null;
        }

        statistics.Count(success);
        if (by is null || by != host.Incarnation)
            throw new SimulationFailure("S5", $"{host} did a request of another time of activity, or of none");
        return by;
    }

    private void Pause()
    {
        var thinkTime = random.Between(TimeSpan.Zero, climate.ThinkTime);
        clock.After(random.Chance(0.02) ? thinkTime * 40 : thinkTime, Next);
    }

    private void Next()
    {
        if (!host.Alive || !Busy)
            return;
        var count = 1 + random.Below(Math.Min(BlocksPerRequestMax, blocks));
        var first = random.Below(blocks - count + 1);
        if (host.Incarnation is not null || random.Chance(0.05))
            AskSomething(first, count);
        Pause();
    }

    private void AskSomething(int first, int count)
    {
        if (Outstanding >= climate.GuestRequests * 4 || !host.CanAdmit(count * BlockPattern.BlockSize))
            return;
        if (random.Chance(climate.FlushShare))
            Flush();
        else if (random.Chance(climate.ReadShare))
            Read(first, count);
        else
            Write(first, count, onlyUnwritten: random.Chance(0.05));
    }
}
