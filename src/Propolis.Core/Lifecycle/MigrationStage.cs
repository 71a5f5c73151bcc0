namespace Propolis.Core.Lifecycle;

/// <summary>How far a VM is in leaving, as far as its own life goes.</summary>
public enum MigrationOutStage
{
    /// <summary>The guest runs on.</summary>
    Copying,

    /// <summary>The machine was told to pause: its disk operations come to their end.</summary>
    Pausing,

    /// <summary>The guest stands still, and may be resumed as long as it was not handed over.</summary>
    Paused,
}

/// <summary>How far a VM is in arriving, as far as its own life goes.</summary>
public enum MigrationInStage
{
    /// <summary>Its parts exist and its state is coming in; no disk is wanted yet.</summary>
    Importing,

    /// <summary>Its disks are wanted, while the source can still take them back.</summary>
    Activating,

    /// <summary>Every disk is active here; the source has not let go of the guest yet.</summary>
    Holding,
}

/// <summary>What a VM tells the migration it is in.</summary>
public enum MigrationNews
{
    /// <summary>The source may begin.</summary>
    Admitted,

    /// <summary>The guest stands still and none of its disk operations is in flight.</summary>
    GuestPaused,

    /// <summary>The target's disks are active.</summary>
    DisksActive,

    /// <summary>The source will never run this guest again: the target may be told.</summary>
    HandedOver,
}
