using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Text.Unicode;

namespace Crucible.Wire.Reading;

/// <summary>
/// Reads fields off a contiguous frame. The first problem sticks: every later read gives a zero or an empty list, so
/// the arms that build messages need no checks of their own and the caller looks at <see cref="Error"/> once.
/// </summary>
/// <param name="frame">The frame from its discriminant on, without the length prefix.</param>
internal ref struct FieldReader(ReadOnlyMemory<byte> frame)
{
    private readonly ReadOnlySpan<byte> _bytes = frame.Span;
    private int _position;
    private string? _list;
    private int _index;

    public DecodeError? Error { get; private set; }

    public MessageKind? Message { get; set; }

    private readonly int Left => _bytes.Length - _position;

    public byte Byte(string field) => Take(sizeof(byte), field, out var bytes) ? bytes[0] : (byte)0;

    public ushort UInt16(string field) =>
        Take(sizeof(ushort), field, out var bytes) ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : (ushort)0;

    public uint UInt32(string field) =>
        Take(sizeof(uint), field, out var bytes) ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;

    public ulong UInt64(string field) =>
        Take(sizeof(ulong), field, out var bytes) ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;

    public bool Bool(string field)
    {
        var value = Byte(field);
        if (value > 1)
            Fail(DecodeProblem.BadBool, field, value, sizeof(byte));
        return value == 1;
    }

    /// <summary>The tag of an optional: whether its value follows.</summary>
    public bool IsSome(string field)
    {
        var tag = Byte(field);
        if (tag > 1)
            Fail(DecodeProblem.BadTag, field, tag, sizeof(byte));
        return tag == 1;
    }

    /// <summary>The number of a variant, at most <paramref name="last"/>; 0 after a problem.</summary>
    public uint Variant(string field, uint last)
    {
        var tag = UInt32(field);
        if (tag <= last)
            return tag;
        Fail(DecodeProblem.BadTag, field, tag, sizeof(uint));
        return 0;
    }

    public Guid Uuid(string field)
    {
        var length = UInt64(field);
        if (Error is not null)
            return default;
        if (length != 16)
        {
            Fail(DecodeProblem.BadUuidLength, field, length, sizeof(ulong));
            return default;
        }

        return Take(16, field, out var bytes) ? new Guid(bytes, bigEndian: true) : default;
    }

    public string Text(string field)
    {
        if (!Take(Count(field, 1), field, out var bytes))
            return "";
        if (Utf8.IsValid(bytes))
            return Encoding.UTF8.GetString(bytes);
        Fail(DecodeProblem.NotUtf8, field, 0, bytes.Length);
        return "";
    }

    public Bytes12 Nonce(string field) => Take(Bytes12.Size, field, out var bytes) ? Bytes12.From(bytes) : default;

    public Bytes16 Tag(string field) => Take(Bytes16.Size, field, out var bytes) ? Bytes16.From(bytes) : default;

    public IPEndPoint Address(string field)
    {
        var addressBytes = Variant(field, 1) == 0 ? 4 : 16;
        if (!Take(addressBytes, field, out var bytes))
            return new IPEndPoint(IPAddress.Any, 0);
        var address = new IPAddress(bytes);
        return new IPEndPoint(address, UInt16(field));
    }

    /// <summary>A count of things of at least <paramref name="leastBytes"/> each, bounded by what is left.</summary>
    public int Count(string field, int leastBytes)
    {
        var count = UInt64(field);
        if (count <= (ulong)(Left / leastBytes))
            return Error is null ? (int)count : 0;
        Fail(DecodeProblem.CountPastEnd, field, count, sizeof(ulong));
        return 0;
    }

    /// <summary>A count of block contexts, bounded also by the blocks a frame can hold.</summary>
    public int BlockCount(string field, int leastBytes)
    {
        var count = Count(field, leastBytes);
        if (count <= ProtocolLimits.MaxBlocksPerFrame)
            return count;
        Fail(DecodeProblem.TooManyBlocks, field, (ulong)count, sizeof(ulong));
        return 0;
    }

    /// <summary>A byte string that is an ordinary field: the bytes right after the count.</summary>
    public ReadOnlyMemory<byte> ByteString(string field)
    {
        var count = Count(field, 1);
        var start = _position;
        return Take(count, field, out _) ? frame.Slice(start, count) : default;
    }

    /// <summary>
    /// The payload of a Write, WriteUnwritten or ReadResponse: the last bytes of the frame, as many as its count says
    /// (protocol section 2.1). A count that would reach back into the header is refused.
    /// </summary>
    public ReadOnlyMemory<byte> Payload(string field)
    {
        var count = Count(field, 1);
        if (Error is not null)
            return default;
        _position = _bytes.Length;
        return frame[^count..];
    }

    /// <summary>From here on problems are in this element of this list; <see cref="LeaveList"/> ends it.</summary>
    public void EnterElement(string list, int index) => (_list, _index) = (list, index);

    public void LeaveList() => _list = null;

    public void Fail(DecodeProblem problem, string field, ulong found, int fieldBytesRead)
    {
        if (Error is not null)
            return;
        var name = _list is null ? field : field.Length == 0 ? $"{_list}[{_index}]" : $"{_list}[{_index}].{field}";
        Error = new DecodeError(problem, Message, name, FrameReader.PrefixBytes + _position - fieldBytesRead, found);
    }

    private bool Take(int count, string field, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (Error is not null)
            return false;
        if (Left < count)
        {
            Fail(DecodeProblem.Truncated, field, 0, 0);
            return false;
        }

        bytes = _bytes.Slice(_position, count);
        _position += count;
        return true;
    }
}
