using System.Buffers.Binary;
using System.Text;

namespace Crucible.Wire.Writing;

/// <summary>Writes fields into a span that was measured to hold them.</summary>
internal ref struct SpanSink(Span<byte> destination) : IFieldSink
{
    private Span<byte> _left = destination;

    public readonly int Unused => _left.Length;

    public void Byte(byte value)
    {
        _left[0] = value;
        _left = _left[sizeof(byte)..];
    }

    public void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_left, value);
        _left = _left[sizeof(ushort)..];
    }

    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_left, value);
        _left = _left[sizeof(uint)..];
    }

    public void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_left, value);
        _left = _left[sizeof(ulong)..];
    }

    public void Uuid(Guid value)
    {
        UInt64(16);
        // Text order, not the mixed order the platform keeps a Guid in.
        value.TryWriteBytes(_left, bigEndian: true, out var written);
        _left = _left[written..];
    }

    public void Text(string value)
    {
        var written = Encoding.UTF8.GetBytes(value, _left[sizeof(ulong)..]);
        UInt64((ulong)written);
        _left = _left[written..];
    }

    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_left);
        _left = _left[bytes.Length..];
    }

    public void Nonce(in Bytes12 value)
    {
        value.CopyTo(_left);
        _left = _left[Bytes12.Size..];
    }

    public void Tag(in Bytes16 value)
    {
        value.CopyTo(_left);
        _left = _left[Bytes16.Size..];
    }
}
