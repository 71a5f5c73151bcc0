namespace Crucible.Core.Upstairs;

/// <summary>What there is of a slot's connection.</summary>
internal enum SlotLink
{
    None,

    /// <summary>Waits for the reconnect delay.</summary>
    Delayed,

    /// <summary>Being connected.</summary>
    Dialling,

    /// <summary>Connected.</summary>
    Open,
}
