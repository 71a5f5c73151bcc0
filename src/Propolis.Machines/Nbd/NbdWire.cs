namespace Propolis.Machines.Nbd;

/// <summary>The numbers of the NBD protocol, fixed newstyle. Integers on the wire are big-endian.</summary>
internal static class NbdWire
{
    public const ulong Greeting = 0x4e42444d41474943;
    public const ulong OptionMagic = 0x49484156454f5054;
    public const ulong OptionReplyMagic = 0x0003e889045565a9;
    public const uint RequestMagic = 0x25609513;
    public const uint SimpleReplyMagic = 0x67446698;
    public const uint ChunkMagic = 0x668e33ef;

    public const int GreetingBytes = 18;
    public const int OptionHeaderBytes = 16;
    public const int OptionReplyHeaderBytes = 20;
    public const int RequestBytes = 28;
    public const int SimpleReplyBytes = 16;
    public const int ChunkHeaderBytes = 20;

    public const ushort FixedNewstyle = 1;
    public const ushort NoZeroes = 2;

    /// <summary>Zero bytes after an answered <c>EXPORT_NAME</c>, unless both agreed to leave them out.</summary>
    public const int ExportNamePadding = 124;

    public const ushort ChunkDone = 1;
    public const ushort ChunkNone = 0;
    public const ushort ChunkData = 1;
    public const ushort ChunkError = 0x8001;
}

internal enum NbdOption : uint
{
    ExportName = 1,
    Abort = 2,
    List = 3,
    Info = 6,
    Go = 7,
    StructuredReply = 8,
}

internal enum NbdOptionReply : uint
{
    Ack = 1,
    Server = 2,
    Info = 3,
    Unsupported = 0x80000001,
    Policy = 0x80000002,
    Invalid = 0x80000003,
    Unknown = 0x80000006,
    ShuttingDown = 0x80000007,
    TooBig = 0x80000009,
}

internal enum NbdInfo : ushort
{
    Export = 0,
    Name = 1,
    Description = 2,
    BlockSize = 3,
}

[Flags]
internal enum NbdExportFlags : ushort
{
    HasFlags = 1 << 0,
    ReadOnly = 1 << 1,
    Flush = 1 << 2,
    ForceUnitAccess = 1 << 3,
    Trim = 1 << 5,
    WriteZeroes = 1 << 6,
    MultiConnection = 1 << 8,
}

[Flags]
internal enum NbdCommandFlags : ushort
{
    ForceUnitAccess = 1 << 0,
    FastZero = 1 << 4,
}

internal enum NbdCommand : ushort
{
    Read = 0,
    Write = 1,
    Disconnect = 2,
    Flush = 3,
    Trim = 4,
    Cache = 5,
    WriteZeroes = 6,
}

/// <summary>The errors that may stand in a reply; a client reads any other as <see cref="Invalid"/>.</summary>
internal enum NbdError : uint
{
    None = 0,
    NotPermitted = 1,
    Io = 5,
    Invalid = 22,
    NoSpace = 28,
    NotSupported = 95,
    ShuttingDown = 108,
}
