namespace Crucible.Net.Upstairs;

/// <summary>What a guest asks for.</summary>
internal enum IoKind
{
    Read,
    Write,

    /// <summary>A write that leaves alone each block that was ever written.</summary>
    WriteUnwritten,
    Flush,
}
