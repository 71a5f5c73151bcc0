using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Crucible.Wire.Encryption;

namespace Crucible.Wire;

/// <summary>
/// AES-256-GCM-SIV (RFC 8452), the cipher of encrypted blocks (protocol section 17.2). Each block is encrypted by
/// itself and in place, with a nonce of its own; that the nonce is fresh is the caller's business.
/// </summary>
/// <remarks>
/// Several threads may seal and open at once; dispose after the last of them. The key is held in memory that the
/// collector does not move, so that disposing overwrites its only copy here, and it appears in no text.
/// </remarks>
public sealed class AesGcmSiv : IDisposable
{
    /// <summary>Bytes in a key.</summary>
    public const int KeyBytes = 32;

    /// <summary>Bytes in a nonce.</summary>
    public const int NonceBytes = Bytes12.Size;

    /// <summary>Bytes in a tag.</summary>
    public const int TagBytes = Bytes16.Size;

    private readonly RoundKeys[]? _instructions;
    private readonly byte[]? _portable;
    private bool _disposed;

    /// <summary>Takes the key of a volume.</summary>
    /// <param name="key">Exactly 32 bytes; copied, so the caller may wipe its own.</param>
    /// <exception cref="ArgumentException">The key has another length.</exception>
    public AesGcmSiv(ReadOnlySpan<byte> key)
        : this(key, HardwareMessage.IsSupported)
    {
    }

    private AesGcmSiv(ReadOnlySpan<byte> key, bool hasInstructions)
    {
        if (key.Length != KeyBytes)
            throw new ArgumentException($"Needs {KeyBytes} bytes, got {key.Length}.", nameof(key));
        if (hasInstructions)
        {
            _instructions = GC.AllocateUninitializedArray<RoundKeys>(1, pinned: true);
            _instructions[0].Expand(Vector128.Create(key), Vector128.Create(key[16..]));
            return;
        }

        _portable = GC.AllocateUninitializedArray<byte>(KeyBytes, pinned: true);
        key.CopyTo(_portable);
    }

    /// <summary>The cipher without the machine's AES instructions, as on a machine that lacks them.</summary>
    internal static AesGcmSiv Portable(ReadOnlySpan<byte> key) => new(key, hasInstructions: false);

    /// <summary>Encrypts a block in place, with no associated data.</summary>
    /// <param name="block">Any length; the ciphertext has the same.</param>
    /// <param name="nonce">12 bytes, never used before with this key.</param>
    /// <param name="tag">Takes the 16 bytes that opening the block needs.</param>
    public void Seal(Span<byte> block, ReadOnlySpan<byte> nonce, Span<byte> tag) => Seal(block, nonce, [], tag);

    /// <summary>Encrypts a block in place and authenticates <paramref name="associatedData"/> along with it.</summary>
    public void Seal(
        Span<byte> block, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> tag)
    {
        Check(nonce, tag);
        if (_instructions is not null)
        {
            var message = default(HardwareMessage);
            message.Derive(ref _instructions[0], nonce);
            GcmSivMode.Seal(ref message, block, nonce, associatedData, tag);
            return;
        }

        var portable = new PortableMessage(_portable!, nonce);
        GcmSivMode.Seal(ref portable, block, nonce, associatedData, tag);
    }

    /// <summary>Decrypts a block in place, with no associated data.</summary>
    /// <param name="block">The ciphertext. It is zeroed when the answer is <c>false</c>.</param>
    /// <param name="nonce">The 12 bytes it was sealed with.</param>
    /// <param name="tag">The 16 bytes sealing gave. They are compared in a time that does not depend on them.</param>
    /// <returns>Whether block, nonce and tag belong together under this key.</returns>
    public bool TryOpen(Span<byte> block, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> tag) =>
        TryOpen(block, nonce, [], tag);

    /// <summary>Decrypts a block in place that was sealed with <paramref name="associatedData"/>.</summary>
    public bool TryOpen(
        Span<byte> block, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> tag)
    {
        Check(nonce, tag);
        if (_instructions is not null)
        {
            var message = default(HardwareMessage);
            message.Derive(ref _instructions[0], nonce);
            return GcmSivMode.TryOpen(ref message, block, nonce, associatedData, tag);
        }

        var portable = new PortableMessage(_portable!, nonce);
        return GcmSivMode.TryOpen(ref portable, block, nonce, associatedData, tag);
    }

    /// <summary>Overwrites the key.</summary>
    public void Dispose()
    {
        _disposed = true;
        if (_instructions is not null)
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_instructions.AsSpan()));
        CryptographicOperations.ZeroMemory(_portable);
    }

    private void Check(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> tag)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (nonce.Length != NonceBytes)
            throw new ArgumentException($"Needs {NonceBytes} bytes, got {nonce.Length}.", nameof(nonce));
        if (tag.Length != TagBytes)
            throw new ArgumentException($"Needs {TagBytes} bytes, got {tag.Length}.", nameof(tag));
    }
}
