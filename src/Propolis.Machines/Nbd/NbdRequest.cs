using System.Buffers.Binary;

namespace Propolis.Machines.Nbd;

/// <summary>One request of a client, without its payload.</summary>
/// <param name="Cookie">Echoed bit for bit; means nothing here.</param>
/// <param name="Offset">Bytes.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct NbdRequest(
    NbdCommandFlags Flags, NbdCommand Command, ulong Cookie, ulong Offset, uint Length)
{
    /// <summary>Bytes of payload to keep while it is under way.</summary>
    public int PayloadBytes => Command is NbdCommand.Read or NbdCommand.Write ? (int)Length : 0;

    /// <summary>Whether its payload or its answer is longer than is taken.</summary>
    public bool IsTooLong => Command is NbdCommand.Read or NbdCommand.Write && Length > NbdLimits.PayloadMaxBytes;

    public bool IsForced => Flags.HasFlag(NbdCommandFlags.ForceUnitAccess);

    /// <summary>Reads the 28 bytes of a request.</summary>
    /// <returns>False if they do not begin as one: then nothing after them can be understood either.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out NbdRequest request)
    {
        request = new NbdRequest(
            (NbdCommandFlags)BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]),
            (NbdCommand)BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[24..]));
        return BinaryPrimitives.ReadUInt32BigEndian(bytes) == NbdWire.RequestMagic;
    }

    /// <summary>What is wrong with the request for that device, before anything is done.</summary>
    public NbdError Check(ulong sizeBytes, ulong blockSizeBytes, bool isReadOnly)
    {
        var changes = Command is NbdCommand.Write or NbdCommand.WriteZeroes or NbdCommand.Trim;
        if (Command > NbdCommand.WriteZeroes)
            return NbdError.Invalid;
        if (changes && isReadOnly)
            return NbdError.NotPermitted;
        if (Command == NbdCommand.Flush)
            return NbdError.None;
        if (Offset > sizeBytes || Length > sizeBytes - Offset)
            return Command is NbdCommand.Write or NbdCommand.WriteZeroes ? NbdError.NoSpace : NbdError.Invalid;
        // A read of part of a block is cut from a wider one; a write would have to read first, and could then undo another's.
        if (Command is NbdCommand.Write or NbdCommand.WriteZeroes && (Offset % blockSizeBytes != 0 || Length % blockSizeBytes != 0))
            return NbdError.Invalid;
        return Command == NbdCommand.WriteZeroes && Flags.HasFlag(NbdCommandFlags.FastZero)
            ? NbdError.NotSupported
            : NbdError.None;
    }
}
