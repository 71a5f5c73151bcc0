namespace Crucible.Wire.Encryption;

/// <summary>
/// The keys of one message (RFC 8452 section 4) and the three things done with them. They live on the stack of the
/// call that needs them and are wiped before it returns.
/// </summary>
internal interface IMessageCipher
{
    /// <summary>
    /// POLYVAL of both texts, each padded with zeros to whole blocks, and of the block of their lengths.
    /// </summary>
    /// <param name="associatedData">Authenticated but not encrypted; any length.</param>
    /// <param name="text">The plaintext; any length.</param>
    /// <param name="sum">Takes the 16 bytes of the result.</param>
    void Hash(ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> text, Span<byte> sum);

    /// <summary>Encrypts one block of 16 bytes in place.</summary>
    void EncryptBlock(Span<byte> block);

    /// <summary>Adds the key stream of this tag to <paramref name="text"/>: encrypts, and decrypts.</summary>
    void ApplyKeystream(ReadOnlySpan<byte> tag, Span<byte> text);

    /// <summary>Overwrites the keys; nothing else may be called afterwards.</summary>
    void Wipe();
}
