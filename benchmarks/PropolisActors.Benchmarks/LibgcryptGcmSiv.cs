using System.Runtime.InteropServices;

namespace PropolisActors.Benchmarks;

/// <summary>AES-256-GCM-SIV of libgcrypt 1.10 or newer, as a mark for our own.</summary>
internal sealed class LibgcryptGcmSiv : IDisposable
{
    // Numbers of gcrypt.h.
    private const int Aes256 = 9;
    private const int ModeGcmSiv = 16;
    private const int DisableSecureMemory = 37;
    private const int InitializationFinished = 38;
    private const int Reset = 4;
    private const int Finalize = 5;

    private readonly nint _handle;

    private LibgcryptGcmSiv(nint handle) => _handle = handle;

    /// <summary>Null where the library is missing or too old.</summary>
    public static LibgcryptGcmSiv? TryOpen(byte[] key)
    {
        try
        {
            if (gcry_check_version(0) == 0)
                return null;
        }
        catch (DllNotFoundException)
        {
            return null;
        }

        _ = gcry_control(DisableSecureMemory, 0);
        _ = gcry_control(InitializationFinished, 0);
        if (gcry_cipher_open(out var handle, Aes256, ModeGcmSiv, 0) != 0)
            return null;
        return gcry_cipher_setkey(handle, key, (nuint)key.Length) == 0 ? new(handle) : null;
    }

    public void Seal(byte[] block, byte[] nonce, byte[] tag)
    {
        Check(gcry_cipher_ctl(_handle, Reset, 0, 0));
        Check(gcry_cipher_setiv(_handle, nonce, (nuint)nonce.Length));
        Check(gcry_cipher_ctl(_handle, Finalize, 0, 0));
        Check(gcry_cipher_encrypt(_handle, block, (nuint)block.Length, 0, 0));
        Check(gcry_cipher_gettag(_handle, tag, (nuint)tag.Length));
    }

    public void Dispose() => gcry_cipher_close(_handle);

    private static void Check(int error)
    {
        if (error != 0)
            throw new InvalidOperationException($"libgcrypt answers {error}.");
    }

    [DllImport("libgcrypt.so.20")]
    private static extern nint gcry_check_version(nint version);

    [DllImport("libgcrypt.so.20")]
    private static extern int gcry_control(int command, int argument);

    [DllImport("libgcrypt.so.20")]
    private static extern int gcry_cipher_open(out nint handle, int algorithm, int mode, uint flags);

    [DllImport("libgcrypt.so.20")]
    private static extern int gcry_cipher_setkey(nint handle, byte[] key, nuint length);

    [DllImport("libgcrypt.so.20")]
    private static extern int gcry_cipher_setiv(nint handle, byte[] nonce, nuint length);

    [DllImport("libgcrypt.so.20")]
    private static extern int gcry_cipher_ctl(nint handle, int command, nint buffer, nuint length);

    [DllImport("libgcrypt.so.20")]
    private static extern int gcry_cipher_encrypt(
        nint handle, byte[] block, nuint length, nint input, nuint inputLength);

    [DllImport("libgcrypt.so.20")]
    private static extern int gcry_cipher_gettag(nint handle, byte[] tag, nuint length);

    [DllImport("libgcrypt.so.20")]
    private static extern void gcry_cipher_close(nint handle);
}
