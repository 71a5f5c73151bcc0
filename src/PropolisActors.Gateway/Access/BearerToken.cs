using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace PropolisActors.Gateway.Access;

/// <summary>The one token that clients send. Only its hash is kept.</summary>
public sealed class BearerToken
{
    /// <summary>Shorter ones can be guessed: 16 random characters are about 80 bits.</summary>
    public const int LengthMin = 16;

    public const int LengthMax = 4096;

    private const string Scheme = "Bearer ";

    private readonly byte[] _hash;

    private BearerToken(string text) => _hash = HashOf(text);

    /// <summary>Takes a token; white space around it is no part of it.</summary>
    /// <returns>Null when it is too short or too long, or holds anything but visible ASCII.</returns>
    public static BearerToken? From(string text)
    {
        var token = text.Trim();
        return token.Length is >= LengthMin and <= LengthMax && token.All(static c => c is > ' ' and < '\x7f')
            ? new BearerToken(token)
            : null;
    }

    /// <summary>Whether an <c>Authorization</c> header carries it.</summary>
    /// <remarks>Hashes are compared, in a time that tells nothing of how much of them is right.</remarks>
    public bool IsIn(StringValues header) =>
        header is [{ Length: <= LengthMax + 16 } text]
        && text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(HashOf(text[Scheme.Length..].Trim()), _hash);

    private static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
