namespace Crucible.Simulation.World;

/// <summary>
/// How rough one run is. Each seed draws its own, so that some runs meet one kind of fault often and others never.
/// </summary>
internal sealed record Climate(
    TimeSpan Duration,
    TimeSpan NetworkDelay,
    TimeSpan StorageDelay,
    TimeSpan ThinkTime,
    int GuestRequests,
    double FlushShare,
    double ReadShare,
    TimeSpan? ServerCrash,
    TimeSpan? ConnectionCut,
    TimeSpan? Silence,
    TimeSpan? StorageFault,
    bool DiskLoss,
    TimeSpan? UpstairsCrash,
    TimeSpan? Reactivation,
    TimeSpan? Rival,
    double LateDelivery)
{
    public static Climate Draw(SeededRandom random) => new(
        Duration: Seconds(random, 40, 160),
        NetworkDelay: random.Pick(
            [TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(300)]),
        StorageDelay: random.Pick(
            [TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(200)]),
        ThinkTime: random.Pick(
            [TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(400), TimeSpan.FromMilliseconds(1500)]),
        GuestRequests: 1 + random.Below(6),
        FlushShare: random.Pick([0.02, 0.15, 0.4]),
        ReadShare: random.Pick([0.1, 0.4, 0.7]),
        ServerCrash: Maybe(random, 0.6, 5, 60),
        ConnectionCut: Maybe(random, 0.6, 2, 40),
        Silence: Maybe(random, 0.5, 10, 80),
        StorageFault: Maybe(random, 0.3, 5, 60),
        DiskLoss: random.Chance(0.4),
        UpstairsCrash: Maybe(random, 0.4, 20, 100),
        Reactivation: Maybe(random, 0.5, 10, 60),
        Rival: Maybe(random, 0.3, 20, 100),
        LateDelivery: random.Pick([0.0, 0.3, 1.0]));

    /// <summary>The mean pause between two faults of a kind, or never.</summary>
    private static TimeSpan? Maybe(SeededRandom random, double chance, int low, int high) =>
        random.Chance(chance) ? Seconds(random, low, high) : null;

    private static TimeSpan Seconds(SeededRandom random, int low, int high) =>
        random.Between(TimeSpan.FromSeconds(low), TimeSpan.FromSeconds(high));
}
