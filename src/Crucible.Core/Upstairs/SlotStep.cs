namespace Crucible.Core.Upstairs;

/// <summary>How far a connecting slot has come.</summary>
public enum SlotStep
{
    /// <summary>Not allowed to connect yet.</summary>
    WaitConnect,

    /// <summary>Waits for the reconnect delay, the connection or <c>YesItsMe</c>.</summary>
    Start,

    /// <summary>Waits for <c>YouAreNowActive</c>.</summary>
    WaitForPromote,

    /// <summary>Waits for <c>RegionInfo</c>.</summary>
    WaitForRegionInfo,

    /// <summary>Waits for <c>ExtentVersions</c>.</summary>
    GetExtentVersions,

    /// <summary>Negotiated; waits for the other slots.</summary>
    WaitQuorum,

    /// <summary>Is being made equal to the other slots, none of which serves meanwhile.</summary>
    Reconcile,

    /// <summary>Negotiated; waits for live repair.</summary>
    LiveRepairReady,

    /// <summary>Is being made whole from a slot in service, and takes part in the I/O of what is repaired already.</summary>
    LiveRepair,
}
