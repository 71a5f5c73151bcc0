using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Crucible.Wire.Encryption;

/// <summary>One message's keys on the AES and carry-less multiply instructions of x86.</summary>
internal struct HardwareMessage : IMessageCipher
{
    private RoundKeys _keys;
    private Vector128<ulong> _hashKey;

    /// <summary>Whether this machine has the instructions.</summary>
    public static bool IsSupported => RoundKeys.IsSupported && CarrylessPolyval.IsSupported;

    /// <summary>Derives the keys of the message with this 12-byte nonce (RFC 8452 section 4).</summary>
    // On its own, so that its values get registers whatever calls it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Derive(ref RoundKeys master, ReadOnlySpan<byte> nonce)
    {
        // Block n is the count n and the nonce; the first half of what it encrypts to is key material.
        var value = Bytes12.From(nonce);
        var block = Vector128.Create(value.First8 << 32, (value.First8 >> 32) | ((ulong)value.Last4 << 32)).AsUInt32();
        _hashKey = Material(ref master, block, 0);
        _keys.Expand(Material(ref master, block, 2).AsByte(), Material(ref master, block, 4).AsByte());
    }

    public readonly void Hash(ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> text, Span<byte> sum)
    {
        var hash = Vector128<ulong>.Zero;
        if (!associatedData.IsEmpty)
            hash = CarrylessPolyval.Absorb(_hashKey, hash, associatedData);
        hash = CarrylessPolyval.Absorb(_hashKey, hash, text);

        var bitLengths = Vector128.Create((ulong)associatedData.Length * 8, (ulong)text.Length * 8);
        CarrylessPolyval.Multiply(hash ^ bitLengths, _hashKey).AsByte().CopyTo(sum);
    }

    public void EncryptBlock(Span<byte> block) => _keys.Encrypt(Vector128.Create<byte>(block)).CopyTo(block);

    public void ApplyKeystream(ReadOnlySpan<byte> tag, Span<byte> text) =>
        CounterKeystream.Apply(ref _keys, Vector128.Create(tag) | Vector128.Create(0, 1UL << 63).AsByte(), text);

    public void Wipe()
    {
        _keys.Wipe();
        _hashKey = Vector128<ulong>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Material(ref RoundKeys master, Vector128<uint> block, uint count) =>
        Vector128.Create(
            master.Encrypt(block.WithElement(0, count).AsByte()).AsUInt64().GetElement(0),
            master.Encrypt(block.WithElement(0, count + 1).AsByte()).AsUInt64().GetElement(0));
}
