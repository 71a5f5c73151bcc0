namespace PropolisActors.Events;

/// <summary>Whether anything is served while copies are made equal.</summary>
public enum RepairKind
{
    /// <summary>Nothing is served yet.</summary>
    Reconciliation,

    /// <summary>Other copies serve meanwhile.</summary>
    LiveRepair,
}
