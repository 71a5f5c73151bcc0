using System.Buffers;
using System.Buffers.Binary;

namespace Propolis.Machines.Nbd;

/// <summary>The answer to one request.</summary>
/// <param name="Data">Of a read that succeeded; a part of <paramref name="Rented"/>.</param>
/// <param name="Rented">Back to the shared pool once the answer is sent; or null.</param>
internal readonly record struct NbdReply(
    NbdRequest Request, NbdError Error, ReadOnlyMemory<byte> Data, byte[]? Rented)
{
    /// <summary>The longest header: of a chunk of data, with its offset.</summary>
    public const int HeaderMaxBytes = NbdWire.ChunkHeaderBytes + 8;

    /// <summary>Writes all but the data.</summary>
    /// <returns>How many bytes of <paramref name="to"/> were used.</returns>
    public int WriteHeader(Span<byte> to, bool isStructured)
    {
        if (isStructured && Request.Command == NbdCommand.Read)
            return WriteChunk(to);
        BinaryPrimitives.WriteUInt32BigEndian(to, NbdWire.SimpleReplyMagic);
        BinaryPrimitives.WriteUInt32BigEndian(to[4..], (uint)Error);
        BinaryPrimitives.WriteUInt64BigEndian(to[8..], Request.Cookie);
        return NbdWire.SimpleReplyBytes;
    }

    public void Return()
    {
        if (Rented is not null)
            ArrayPool<byte>.Shared.Return(Rented);
    }

    private int WriteChunk(Span<byte> to)
    {
        var (type, length) = (Error, Data.IsEmpty) switch
        {
            (not NbdError.None, _) => (NbdWire.ChunkError, 6),
            (_, true) => (NbdWire.ChunkNone, 0),
            _ => (NbdWire.ChunkData, 8 + Data.Length),
        };
        BinaryPrimitives.WriteUInt32BigEndian(to, NbdWire.ChunkMagic);
        BinaryPrimitives.WriteUInt16BigEndian(to[4..], NbdWire.ChunkDone);
        BinaryPrimitives.WriteUInt16BigEndian(to[6..], type);
        BinaryPrimitives.WriteUInt64BigEndian(to[8..], Request.Cookie);
        BinaryPrimitives.WriteUInt32BigEndian(to[16..], (uint)length);
        var rest = to[NbdWire.ChunkHeaderBytes..];
        if (type == NbdWire.ChunkNone)
            return NbdWire.ChunkHeaderBytes;
        if (type == NbdWire.ChunkData)
        {
            BinaryPrimitives.WriteUInt64BigEndian(rest, Request.Offset);
            return NbdWire.ChunkHeaderBytes + 8;
        }

        BinaryPrimitives.WriteUInt32BigEndian(rest, (uint)Error);
        BinaryPrimitives.WriteUInt16BigEndian(rest[4..], 0);  // no text
        return NbdWire.ChunkHeaderBytes + 6;
    }
}
