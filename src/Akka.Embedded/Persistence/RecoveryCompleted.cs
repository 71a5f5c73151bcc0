namespace Akka.Persistence;

/// <summary>Tells a recover handler that the past has been replayed. From here on events can be persisted.</summary>
public sealed class RecoveryCompleted
{
    /// <summary>The one there is.</summary>
    public static readonly RecoveryCompleted Instance = new();

    private RecoveryCompleted()
    {
    }
}
