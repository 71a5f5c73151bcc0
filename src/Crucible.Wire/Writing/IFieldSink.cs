namespace Crucible.Wire.Writing;

/// <summary>
/// Where the fields of a message go, in wire order. One implementation counts and one writes, so that the length of a
/// frame and its bytes come from the same description.
/// </summary>
internal interface IFieldSink
{
    void Byte(byte value);

    void UInt16(ushort value);

    void UInt32(uint value);

    void UInt64(ulong value);

    /// <summary>A u64 with value 16, then the 16 bytes in text order.</summary>
    void Uuid(Guid value);

    /// <summary>A u64 byte count, then UTF-8. A lone surrogate is written as U+FFFD.</summary>
    void Text(string value);

    /// <summary>The bytes as they are, without a count.</summary>
    void Raw(scoped ReadOnlySpan<byte> bytes);

    void Nonce(in Bytes12 value);

    void Tag(in Bytes16 value);
}
