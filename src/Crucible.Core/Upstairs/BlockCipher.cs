using Crucible.Wire;

namespace Crucible.Core.Upstairs;

/// <summary>
/// What is done to blocks on their way: hash, and with a key encryption, each block by itself (protocol section 17).
/// Reading checks what writing made. Several threads may use one at once; its owner disposes it after the last.
/// </summary>
/// <remarks>Printing it shows no key. Without a key it only hashes.</remarks>
public sealed class BlockCipher : IDisposable
{
    private readonly AesGcmSiv? _cipher;

    private BlockCipher(int blockSize, AesGcmSiv? cipher)
    {
        BlockSize = blockSize;
        _cipher = cipher;
    }

    /// <summary>Bytes.</summary>
    public int BlockSize { get; }

    public bool Encrypts => _cipher is not null;

    /// <summary>Bytes of randomness that <see cref="Seal(Span{byte}, ReadOnlySpan{byte})"/> needs for each block; 0 without a key.</summary>
    public int NonceBytes => Encrypts ? AesGcmSiv.NonceBytes : 0;

    /// <summary>Blocks are not encrypted.</summary>
    public static BlockCipher Plain(int blockSize) => new(blockSize, null);

    /// <summary>Blocks are encrypted with this key.</summary>
    /// <param name="key">32 bytes; copied, so the caller may wipe its own.</param>
    public static BlockCipher Encrypted(int blockSize, ReadOnlySpan<byte> key) => new(blockSize, new AesGcmSiv(key));

    /// <summary>Encrypts whole blocks in place, and makes what accompanies each.</summary>
    /// <param name="nonces"><see cref="NonceBytes"/> for each block, never used before with this key.</param>
    public BlockContext[] Seal(Span<byte> data, ReadOnlySpan<byte> nonces) => Seal(data, nonces, []);

    /// <inheritdoc cref="Seal(Span{byte}, ReadOnlySpan{byte})"/>
    /// <param name="used">Taken for the answer if it has one for each block.</param>
    public BlockContext[] Seal(Span<byte> data, ReadOnlySpan<byte> nonces, BlockContext[] used)
    {
        var blocks = data.Length / BlockSize;
        var contexts = used.Length == blocks ? used : new BlockContext[blocks];
        for (var i = 0; i < contexts.Length; i++)
        {
            var block = data.Slice(i * BlockSize, BlockSize);
            contexts[i] = _cipher is null
                ? new BlockContext(BlockHash.Plain(block), Encryption: null)
                : SealOne(block, nonces.Slice(i * AesGcmSiv.NonceBytes, AesGcmSiv.NonceBytes));
        }

        return contexts;
    }

    /// <summary>Checks blocks that were read and decrypts them in place.</summary>
    /// <param name="data">Of no meaning any more if the answer is an error.</param>
    /// <returns>What is wrong with the reply, or null. A block never written must come as zeros without context.</returns>
    public CrucibleError? Open(ReadOnlySpan<ReadBlockContext> contexts, Span<byte> data)
    {
        if ((long)contexts.Length * BlockSize != data.Length)
            return Refusals.WrongLength;
        for (var i = 0; i < contexts.Length; i++)
        {
            if (OpenOne(contexts[i], data.Slice(i * BlockSize, BlockSize)) is { } fault)
                return fault;
        }

        return null;
    }

    /// <summary>Overwrites the key.</summary>
    public void Dispose() => _cipher?.Dispose();

    public override string ToString() => Encrypts ? "encrypts" : "plain";

    private BlockContext SealOne(Span<byte> block, ReadOnlySpan<byte> nonce)
    {
        Span<byte> tag = stackalloc byte[AesGcmSiv.TagBytes];
        _cipher!.Seal(block, nonce, tag);
        var context = new EncryptionContext(Bytes12.From(nonce), Bytes16.From(tag));
        return new BlockContext(BlockHash.Encrypted(context, block), context);
    }

    private CrucibleError? OpenOne(in ReadBlockContext context, Span<byte> block) => context.Kind switch
    {
        ReadContextKind.Empty when !block.ContainsAnyExcept((byte)0) => null,
        ReadContextKind.Unencrypted when !Encrypts =>
            BlockHash.Plain(block) == context.Hash ? null : Refusals.HashMismatch,
        ReadContextKind.Encrypted when Encrypts => TryOpen(context.Encryption, block) ? null : Refusals.DecryptionFailed,
        _ => Refusals.MissingBlockContext,
    };

    private bool TryOpen(in EncryptionContext context, Span<byte> block)
    {
        Span<byte> nonce = stackalloc byte[AesGcmSiv.NonceBytes];
        Span<byte> tag = stackalloc byte[AesGcmSiv.TagBytes];
        context.Nonce.CopyTo(nonce);
        context.Tag.CopyTo(tag);
        return _cipher!.TryOpen(block, nonce, tag);
    }
}
