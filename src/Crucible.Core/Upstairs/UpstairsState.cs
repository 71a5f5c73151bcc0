namespace Crucible.Core.Upstairs;

/// <summary>What a region set is doing.</summary>
public enum UpstairsState
{
    /// <summary>Holds no connection.</summary>
    Initializing,

    /// <summary>Activation was asked for; slots connect and negotiate.</summary>
    GoActive,

    /// <summary>Serves I/O.</summary>
    Active,

    /// <summary>Makes a final flush and lets go; takes no new I/O.</summary>
    Deactivating,

    /// <summary>Refused, or fenced by a newer upstairs. Holds no connection; only a new activation leaves this state.</summary>
    Disabled,
}
