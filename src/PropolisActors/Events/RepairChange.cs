namespace PropolisActors.Events;

/// <summary>What became of a repair.</summary>
public enum RepairChange
{
    Started,
    Progressed,
    Completed,

    /// <summary>Given up, because a copy left or nobody needs it any more.</summary>
    Aborted,
}
