using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Crucible.Wire.Encryption;

/// <summary>One message's keys on the base library's AES, for machines without the instructions of x86.</summary>
internal struct PortableMessage : IMessageCipher
{
    private const int BlockBytes = 16;
    private readonly Aes _aes;
    private ulong _hashKeyLow;
    private ulong _hashKeyHigh;

    /// <summary>Derives the keys of the message with this 12-byte nonce (RFC 8452 section 4).</summary>
    public PortableMessage(byte[] masterKey, ReadOnlySpan<byte> nonce)
    {
        const int Halves = 6;
        Span<byte> blocks = stackalloc byte[Halves * BlockBytes];
        Span<byte> encrypted = stackalloc byte[Halves * BlockBytes];
        for (var i = 0; i < Halves; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(blocks[(i * BlockBytes)..], i);
            nonce.CopyTo(blocks[((i * BlockBytes) + 4)..]);
        }

        // A cipher of its own each time: the base library does not promise that one serves two threads.
        using var master = WithKey(masterKey);
        master.EncryptEcb(blocks, encrypted, PaddingMode.None);
        _hashKeyLow = BinaryPrimitives.ReadUInt64LittleEndian(encrypted);
        _hashKeyHigh = BinaryPrimitives.ReadUInt64LittleEndian(encrypted[BlockBytes..]);
        var key = new byte[AesGcmSiv.KeyBytes];
        for (var i = 2; i < Halves; i++)
            encrypted.Slice(i * BlockBytes, 8).CopyTo(key.AsSpan((i - 2) * 8));
        _aes = WithKey(key);
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(encrypted);
    }

    public readonly void Hash(ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> text, Span<byte> sum)
    {
        var hash = new PortablePolyval(_hashKeyLow, _hashKeyHigh);
        hash.Absorb(associatedData);
        hash.Absorb(text);
        hash.Absorb((ulong)associatedData.Length * 8, (ulong)text.Length * 8);
        hash.CopyTo(sum);
    }

    public readonly void EncryptBlock(Span<byte> block)
    {
        Span<byte> plain = stackalloc byte[BlockBytes];
        block.CopyTo(plain);
        _aes.EncryptEcb(plain, block, PaddingMode.None);
    }

    public readonly void ApplyKeystream(ReadOnlySpan<byte> tag, Span<byte> text)
    {
        const int Batch = 32;
        Span<byte> counters = stackalloc byte[Batch * BlockBytes];
        Span<byte> keystream = stackalloc byte[Batch * BlockBytes];
        for (var i = 0; i < Batch; i++)
            tag.CopyTo(counters[(i * BlockBytes)..]);
        var count = BinaryPrimitives.ReadUInt32LittleEndian(tag);
        while (!text.IsEmpty)
        {
            for (var i = 0; i < Batch; i++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(counters[(i * BlockBytes)..], count++);
                counters[(i * BlockBytes) + BlockBytes - 1] |= 0x80;
            }

            _aes.EncryptEcb(counters, keystream, PaddingMode.None);
            var length = Math.Min(text.Length, keystream.Length);
            for (var i = 0; i < length; i++)
                text[i] ^= keystream[i];
            text = text[length..];
        }

        CryptographicOperations.ZeroMemory(keystream);
    }

    public void Wipe()
    {
        _aes.Dispose();
        (_hashKeyLow, _hashKeyHigh) = (0, 0);
    }

    private static Aes WithKey(byte[] key)
    {
        var aes = Aes.Create();
        aes.Key = key;
        return aes;
    }
}
