namespace Crucible.Simulation.World;

/// <summary>
/// Everything that will be asked and done in one run, drawn before it starts: so that it can be shortened.
/// </summary>
internal static class Schedule
{
    private const int ServersMet = 5;
    private const int BlocksPerRequestMax = 5;

    public static Happening[] Draw(SeededRandom random, Climate climate, IReadOnlyList<VolumeShape> volumes)
    {
        var drawn = new List<Happening>();
        for (var volume = 0; volume < volumes.Count; volume++)
        {
            DrawRequests(drawn, random.Fork(), climate, volumes[volume], volume);
            DrawOperations(drawn, random.Fork(), climate, volume);
            DrawFaults(drawn, random.Fork(), climate, volume);
        }

        var all = random.Fork();
        Repeat(drawn, all, climate, climate.MachineFault, at => all.Chance(0.2)
            ? new Happening(at, 0, Deed.CutAllPower, 0, all.Below(2), Outage(all))
            : new Happening(at, 0, Deed.CutMachine, all.Below(ServersMet), 0, Outage(all)));
        Repeat(drawn, all, climate, climate.ConnectionCut,
            at => new Happening(at, 0, Deed.CutConnection, all.Below(1000), 0, default));
        return [.. drawn.OrderBy(happening => happening.At)];
    }

    private static void DrawRequests(
        List<Happening> drawn, SeededRandom random, Climate climate, VolumeShape shape, int volume)
    {
        for (var at = Pause(random, climate.ThinkTime); at < climate.Duration; at += Pause(random, climate.ThinkTime))
        {
            var count = 1 + random.Below(Math.Min(BlocksPerRequestMax, shape.Blocks));
            var first = random.Below(shape.Blocks - count + 1);
            Deed deed;
            if (random.Chance(climate.FlushShare))
                deed = random.Chance(0.05) ? Deed.Snapshot : Deed.Flush;
            else if (random.Chance(climate.ReadShare))
                deed = Deed.Read;
            else
                deed = random.Chance(0.05) ? Deed.WriteUnwritten : Deed.Write;
            drawn.Add(new Happening(at, volume, deed, first, count, default));
        }

        if (climate.Load == Load.Normal)
            return;
        // What an upstairs forgets without a flush matters when a server loses power next.
        var burst = climate.Duration / 2;
        drawn.Add(new Happening(burst, volume, Deed.Burst, 0, 0, default));
        drawn.Add(new Happening(
            burst + random.Between(default, Seconds(2)), volume, Deed.CutPower, random.Below(3), 0, Seconds(1)));
    }

    private static void DrawOperations(List<Happening> drawn, SeededRandom random, Climate climate, int volume)
    {
        Repeat(drawn, random, climate, climate.UpstairsFault, at => new Happening(
            at, volume, random.Pick(
                [Deed.Deactivate, Deed.Deactivate, Deed.ForceDeactivate, Deed.AbandonActivation, Deed.CrashUpstairs,
                    Deed.CrashUpstairs, Deed.TakeOver]),
            random.Below(4), random.Below(5), default));
        Repeat(drawn, random, climate, climate.Replacement, at => new Happening(
            at, volume, Deed.Replace, random.Below(3), random.Below(4), default));
        Repeat(drawn, random, climate, climate.DiskLoss, at => new Happening(
            at, volume, Deed.LoseDisk, random.Below(3), random.Below(2), random.Between(default, Seconds(40))));
    }

    private static void DrawFaults(List<Happening> drawn, SeededRandom random, Climate climate, int volume)
    {
        Repeat(drawn, random, climate, climate.ServerFault, at => new Happening(
            at, volume, random.Chance(0.5) ? Deed.KillServer : Deed.CutPower, random.Below(ServersMet), 0, Outage(random)));
        Repeat(drawn, random, climate, climate.StorageFault, at => new Happening(
            at, volume, random.Pick([Deed.FailWork, Deed.FailSync, Deed.BeSlow]), random.Below(ServersMet),
            random.Chance(0.85) ? 1 + random.Below(8) : 0, random.Between(Seconds(1), Seconds(30))));
        Repeat(drawn, random, climate, climate.Silence, at => new Happening(
            at, volume, random.Chance(0.7) ? Deed.SilencePath : Deed.SilenceServer, random.Below(ServersMet),
            random.Below(4), random.Between(Seconds(1), Seconds(70))));
    }

    /// <summary>Often at once, at times long.</summary>
    private static TimeSpan Pause(SeededRandom random, TimeSpan mean) => random.Chance(0.3)
        ? random.Between(default, mean / 50)
        : random.Between(default, mean * 2.6);

    private static TimeSpan Outage(SeededRandom random) => random.Between(TimeSpan.FromSeconds(0.1), Seconds(25));

    private static TimeSpan Seconds(double count) => TimeSpan.FromSeconds(count);

    private static void Repeat(
        List<Happening> drawn, SeededRandom random, Climate climate, TimeSpan? mean, Func<TimeSpan, Happening> make)
    {
        if (mean is not { } pause)
            return;
        var at = random.Between(default, pause * 1.8);
        while (at < climate.Duration)
        {
            drawn.Add(make(at));
            at += random.Between(pause / 5, pause * 1.8);
        }
    }
}
