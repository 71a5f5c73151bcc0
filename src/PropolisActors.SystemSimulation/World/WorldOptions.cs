namespace PropolisActors.SystemSimulation.World;

/// <summary>What a world is like.</summary>
/// <param name="KeepTrace">Write down what happens: some ten times as slow.</param>
/// <param name="NetworkDelay">About how long a message takes.</param>
/// <param name="StorageDelay">At most how long a disk takes for a piece of work.</param>
/// <param name="JournalDelay">At most how long a write to the journal takes; zero is no time, but still a step of its own.</param>
/// <param name="ThroughCodec">What is stored and sent is encoded and read again.</param>
internal sealed record WorldOptions(
    bool KeepTrace, TimeSpan NetworkDelay, TimeSpan StorageDelay, TimeSpan JournalDelay, bool ThroughCodec)
{
    public static readonly WorldOptions Calm = new(
        KeepTrace: false, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1), TimeSpan.Zero, ThroughCodec: false);

    public ServiceOptions Service { get; init; } = ServiceOptions.Default;
}
