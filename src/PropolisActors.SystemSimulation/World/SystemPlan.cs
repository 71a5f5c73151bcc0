using Crucible.Simulation.World;

namespace PropolisActors.SystemSimulation.World;

/// <summary>Everything about one run that is drawn before it starts: its size, how rough it is, and what will happen.</summary>
internal sealed record SystemPlan(
    WorldOptions Options,
    TimeSpan Duration,
    TimeSpan ThinkTime,
    IReadOnlyList<IReadOnlyList<DiskPlan>> Vms,
    IReadOnlyList<SystemHappening> Schedule)
{
    private const int TargetsMet = 3;

    public static SystemPlan Draw(SeededRandom random, bool keepTrace)
    {
        var options = new WorldOptions(
            keepTrace,
            random.Pick([TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(200)]),
            random.Pick([TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(100)]),
            random.Pick([TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(5)]),
            ThroughCodec: random.Below(4) == 0);
        var duration = random.Between(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60));
        var vms = Enumerable.Range(0, random.Pick([1, 1, 2, 3])).Select(_ => DrawDisks(random)).ToArray();
        return new SystemPlan(
            options, duration, random.Pick([TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(700)]), vms,
            DrawSchedule(random.Fork(), duration, vms));
    }

    private static DiskPlan[] DrawDisks(SeededRandom random) =>
        [.. Enumerable.Range(0, random.Pick([1, 2, 3])).Select(_ => DrawDisk(random))];

    private static DiskPlan DrawDisk(SeededRandom random)
    {
        var shape = new VolumeShape(
            BlockSize: 512, Extents: 1 + random.Below(3), BlocksPerExtent: 2 + random.Below(3), ReadOnly: false, Quorum: 3);
        if (!random.Chance(0.35))
            return new DiskPlan(shape, Key: null);
        var key = new byte[32];
        for (var i = 0; i < key.Length; i++)
            key[i] = (byte)random.Next();
        return new DiskPlan(shape, key);
    }

    private static SystemHappening[] DrawSchedule(
        SeededRandom random, TimeSpan duration, IReadOnlyList<IReadOnlyList<DiskPlan>> vms)
    {
        var drawn = new List<SystemHappening>();
        foreach (var deed in Enum.GetValues<SystemDeed>())
        {
            // Some runs lack a kind of happening altogether, others have much of it.
            if (random.Chance(deed == SystemDeed.CrashService ? 0.6 : 0.4))
                continue;
            var mean = random.Between(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(40));
            for (var at = Pause(random, mean); at < duration; at += Pause(random, mean))
            {
                var vm = random.Below(vms.Count);
                drawn.Add(new SystemHappening(
                    at, deed, vm, deed == SystemDeed.CutConnection ? random.Below(1000) : random.Below(vms[vm].Count),
                    random.Below(TargetsMet), random.Between(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(15))));
            }
        }

        return [.. drawn.OrderBy(happening => happening.At)];
    }

    private static TimeSpan Pause(SeededRandom random, TimeSpan mean) => random.Between(mean / 10, mean * 2);
}
