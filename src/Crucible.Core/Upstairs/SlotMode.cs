namespace Crucible.Core.Upstairs;

/// <summary>By which way a connecting slot comes back into service.</summary>
public enum SlotMode
{
    /// <summary>By activation, together with the others.</summary>
    New,

    /// <summary>By sending again what it may have missed.</summary>
    Offline,

    /// <summary>By live repair: it missed something.</summary>
    Faulted,

    /// <summary>By live repair: it has another target, whose region id may differ.</summary>
    Replaced,
}
