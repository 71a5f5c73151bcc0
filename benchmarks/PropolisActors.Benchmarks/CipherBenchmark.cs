using BenchmarkDotNet.Attributes;
using Crucible.Wire;

namespace PropolisActors.Benchmarks;

/// <summary>
/// What encrypting one block costs. libgcrypt, where it is installed, is the mark in the same run: 4096 bytes in less
/// than 1.9 µs are 2 GiB/s. The base library's AES-GCM, which derives no keys for each nonce, is for orientation.
/// </summary>
/// <remarks>
/// Many short iterations, and their median and least: on a machine with other work most are undisturbed that way,
/// whereas a mean over long ones would tell of the other work.
/// </remarks>
[MemoryDiagnoser]
[MedianColumn]
[MinColumn]
[WarmupCount(60)]
[IterationTime(5)]
[IterationCount(200)]
public class CipherBenchmark
{
    private readonly byte[] _nonce = new byte[AesGcmSiv.NonceBytes];
    private readonly byte[] _tag = new byte[AesGcmSiv.TagBytes];
    private readonly byte[] _openTag = new byte[AesGcmSiv.TagBytes];
    private byte[] _block = [];
    private byte[] _sealed = [];
    private byte[] _opened = [];
    private AesGcmSiv _cipher = null!;
    private System.Security.Cryptography.AesGcm _gcm = null!;
    private LibgcryptGcmSiv? _libgcrypt;

    /// <summary>Bytes in a block.</summary>
    [Params(512, 4096)]
    public int BlockSizeBytes { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var key = new byte[AesGcmSiv.KeyBytes];
        new Random(1).NextBytes(key);
        _cipher = new AesGcmSiv(key);
        _gcm = new System.Security.Cryptography.AesGcm(key, AesGcmSiv.TagBytes);
        _libgcrypt = LibgcryptGcmSiv.TryOpen(key);
        _block = new byte[BlockSizeBytes];
        _opened = new byte[BlockSizeBytes];
        _sealed = new byte[BlockSizeBytes];
        _cipher.Seal(_sealed, _nonce, _openTag);

        var (other, otherTag) = (new byte[BlockSizeBytes], new byte[AesGcmSiv.TagBytes]);
        _libgcrypt?.Seal(other, _nonce, otherTag);
        var agrees = other.AsSpan().SequenceEqual(_sealed) && otherTag.AsSpan().SequenceEqual(_openTag);
        if (_libgcrypt is not null && !agrees)
            throw new InvalidOperationException("libgcrypt gives another ciphertext.");
    }

    [GlobalCleanup]
    public void End()
    {
        _cipher.Dispose();
        _gcm.Dispose();
        _libgcrypt?.Dispose();
    }

    [Benchmark]
    public void Seal() => _cipher.Seal(_block, _nonce, _tag);

    /// <summary>Copies the ciphertext first, as each opening needs it anew.</summary>
    [Benchmark]
    public bool Open()
    {
        _sealed.CopyTo(_opened, 0);
        return _cipher.TryOpen(_opened, _nonce, _openTag);
    }

    /// <summary>The mark; without libgcrypt it does nothing and says so by taking no time.</summary>
    [Benchmark(Baseline = true)]
    public void SealWithLibgcrypt() => _libgcrypt?.Seal(_block, _nonce, _tag);

    [Benchmark]
    public void SealWithAesGcm() => _gcm.Encrypt(_nonce, _block, _block, _tag);
}
