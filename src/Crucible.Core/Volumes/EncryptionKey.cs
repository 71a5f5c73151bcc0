using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Crucible.Core.Volumes;

/// <summary>
/// A region's <c>key</c> member as it was sent: base64 text that should hold 32 bytes. It is never printed,
/// and it is compared in a time that does not depend on where two keys of one length differ.
/// </summary>
public sealed class EncryptionKey : IEquatable<EncryptionKey>
{
    /// <summary>Bytes in a key (AES-256).</summary>
    public const int SizeBytes = 32;

    /// <summary>Characters of the padded base64 text of a key.</summary>
    private const int TextLength = 44;

    private readonly string _base64;

    public EncryptionKey(string base64)
    {
        ArgumentNullException.ThrowIfNull(base64);
        _base64 = base64;
    }

    /// <summary>Decodes the key: standard alphabet, padded, in its one canonical spelling.</summary>
    /// <param name="destination">At least <see cref="SizeBytes"/> bytes; unspecified after a failure.</param>
    /// <returns>False when the text is not base64 of exactly 32 bytes.</returns>
    public bool TryDecode(Span<byte> destination)
    {
        // The length alone rules out embedded white space, which the decoder would skip.
        if (_base64.Length != TextLength || !Ascii.IsValid(_base64) || _base64[^1] != '=' || _base64[^2] == '=')
            return false;
        Span<byte> text = stackalloc byte[TextLength];
        Encoding.ASCII.GetBytes(_base64, text);
        var status = Base64.DecodeFromUtf8(text, destination, out _, out var written);
        if (status != System.Buffers.OperationStatus.Done || written != SizeBytes)
            return false;
        // The last digit has two unused bits. Were they free, one key would have four texts, and a key
        // that did not change would look like one that did.
        Span<byte> canonical = stackalloc byte[TextLength];
        Base64.EncodeToUtf8(destination[..SizeBytes], canonical, out _, out _);
        return text.SequenceEqual(canonical);
    }

    public bool Equals(EncryptionKey? other) => other is not null && CryptographicOperations.FixedTimeEquals(
        MemoryMarshal.AsBytes(_base64.AsSpan()), MemoryMarshal.AsBytes(other._base64.AsSpan()));

    public override bool Equals(object? obj) => Equals(obj as EncryptionKey);

    public override int GetHashCode() => string.GetHashCode(_base64, StringComparison.Ordinal);

    /// <summary>Says only that there is a key.</summary>
    public override string ToString() => SecretText.Redacted;
}
