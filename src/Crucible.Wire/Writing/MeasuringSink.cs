using System.Text;

namespace Crucible.Wire.Writing;

/// <summary>Counts the bytes a message would take.</summary>
internal struct MeasuringSink : IFieldSink
{
    public long Bytes { get; private set; }

    public void Byte(byte value) => Bytes += sizeof(byte);

    public void UInt16(ushort value) => Bytes += sizeof(ushort);

    public void UInt32(uint value) => Bytes += sizeof(uint);

    public void UInt64(ulong value) => Bytes += sizeof(ulong);

    public void Uuid(Guid value) => Bytes += sizeof(ulong) + 16;

    public void Text(string value) => Bytes += sizeof(ulong) + Encoding.UTF8.GetByteCount(value);

    public void Raw(scoped ReadOnlySpan<byte> bytes) => Bytes += bytes.Length;

    public void Nonce(in Bytes12 value) => Bytes += Bytes12.Size;

    public void Tag(in Bytes16 value) => Bytes += Bytes16.Size;
}
