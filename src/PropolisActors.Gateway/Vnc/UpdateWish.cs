namespace PropolisActors.Gateway.Vnc;

/// <summary>Which picture a client waits for.</summary>
internal enum UpdateWish
{
    None,

    /// <summary>The next one that differs from the last.</summary>
    WhenChanged,

    /// <summary>One in any case.</summary>
    Whole,
}
