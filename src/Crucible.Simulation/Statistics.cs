namespace Crucible.Simulation;

/// <summary>What a run can meet. The runs together must meet every one of them.</summary>
public enum Sight
{
    Activated,
    ActivatedByNewerUpstairs,
    RefusedCopiesDiffer,
    RefusedGeneration,
    ActivationWithdrawn,
    Deactivated,
    DeactivatedUnflushed,
    ForcedDeactivation,
    CopiesMadeEqualByHand,
    Replayed,
    SlotFaulted,
    Fenced,
    ReplacedWhileActivating,
    ReplacedWhileActive,
    ReplacementRefused,
    StaleAnswerDropped,
    ReadChecked,
    ReadFailed,
    WriteAccepted,
    WriteRefused,
    FlushChecked,
    FlushFailed,
    AutomaticFlush,
    ServerCrashed,
    StorageFailed,
    DiskLost,
    UpstairsCrashed,
    RepairWaitedFor,
    WaitEndedByForce,
}

/// <summary>How often each was met.</summary>
public sealed class Statistics
{
    private readonly int[] _counts = new int[Enum.GetValues<Sight>().Length];

    public int this[Sight sight] => _counts[(int)sight];

    public void Count(Sight sight) => _counts[(int)sight]++;

    public void Add(Statistics other)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
    }

    public override string ToString() =>
        string.Join('\n', Enum.GetValues<Sight>().Select(sight => $"{sight,-26} {this[sight]}"));
}
