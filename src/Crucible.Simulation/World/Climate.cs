namespace Crucible.Simulation.World;

/// <summary>
/// How rough one run is. Each seed draws its own, so that some runs meet one kind of fault often and others never. The
/// pauses are means; null is never.
/// </summary>
internal sealed record Climate(
    Load Load,
    TimeSpan Duration,
    TimeSpan NetworkDelay,
    TimeSpan StorageDelay,
    TimeSpan ThinkTime,
    double FlushShare,
    double ReadShare,
    TimeSpan? ServerFault,
    TimeSpan? MachineFault,
    TimeSpan? ConnectionCut,
    TimeSpan? Silence,
    TimeSpan? StorageFault,
    TimeSpan? DiskLoss,
    TimeSpan? UpstairsFault,
    TimeSpan? Replacement,
    double LateDelivery,
    bool ThroughCodec)
{
    private const int OneInLoaded = 250;
    private const int OneInThroughCodec = 16;

    public static Climate Draw(SeededRandom random)
    {
        var load = random.Below(OneInLoaded) switch { 0 => Load.ManyJobs, 1 => Load.ManyBytes, _ => Load.Normal };
        return new(
            load,
            Duration: random.Pick([Seconds(random, 5, 20), Seconds(random, 10, 50), Seconds(random, 30, 90)]),
            NetworkDelay: random.Pick(
                [TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(300)]),
            StorageDelay: load != Load.Normal ? TimeSpan.FromMilliseconds(0.1) : random.Pick(
                [TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(200)]),
            ThinkTime: random.Pick(
                [TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(600), TimeSpan.FromMilliseconds(2500)]),
            FlushShare: random.Pick([0.02, 0.15, 0.4]),
            ReadShare: random.Pick([0.1, 0.4, 0.7]),
            ServerFault: Maybe(random, 0.5, 4, 40),
            MachineFault: Maybe(random, 0.25, 10, 60),
            ConnectionCut: Maybe(random, 0.5, 2, 30),
            Silence: Maybe(random, 0.4, 8, 60),
            StorageFault: Maybe(random, 0.35, 4, 40),
            DiskLoss: Maybe(random, 0.3, 10, 60),
            UpstairsFault: Maybe(random, 0.6, 6, 60),
            Replacement: Maybe(random, 0.4, 5, 50),
            LateDelivery: random.Pick([0.0, 0.3, 1.0]),
            ThroughCodec: random.Below(OneInThroughCodec) == 0);
    }

    /// <summary>The mean pause between two faults of a kind, or never.</summary>
    private static TimeSpan? Maybe(SeededRandom random, double chance, int low, int high) =>
        random.Chance(chance) ? Seconds(random, low, high) : null;

    private static TimeSpan Seconds(SeededRandom random, int low, int high) =>
        random.Between(TimeSpan.FromSeconds(low), TimeSpan.FromSeconds(high));
}
