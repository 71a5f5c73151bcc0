using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Crucible.Core.Volumes;

/// <summary>
/// The textual forms of UUIDs and socket addresses in a VCR. Stricter than the base library, which trims,
/// takes octal octets and partial addresses, and would let two readers of one VCR disagree.
/// </summary>
internal static class VcrScalars
{
    private const string UrnPrefix = "urn:uuid:";
    private const int HyphenatedLength = 36;
    private const int SimpleLength = 32;

    /// <summary>Takes the hyphenated, 32-digit, braced and <c>urn:uuid:</c> forms, in either case.</summary>
    public static bool TryUuid(ReadOnlySpan<char> text, out Guid value)
    {
        value = default;
        if (text.Length == SimpleLength)
            return AllHex(text) && Guid.TryParseExact(text, "N", out value);
        if (text.StartsWith(UrnPrefix, StringComparison.Ordinal))
            text = text[UrnPrefix.Length..];
        else if (text is ['{', .. var inner, '}'])
            text = inner;
        return text.Length == HyphenatedLength && IsHyphenated(text) && Guid.TryParseExact(text, "D", out value);
    }

    /// <summary>Takes <c>a.b.c.d:port</c> and <c>[v6]:port</c>, with an optional numeric scope in the brackets.</summary>
    public static bool TrySocketAddress(ReadOnlySpan<char> text, out IPEndPoint? value)
    {
        value = null;
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !TryPort(text[(colon + 1)..], out var port))
            return false;
        var host = text[..colon];
        var address = host is ['[', .. var inner, ']'] ? V6(inner) : V4(host);
        if (address is null)
            return false;
        value = new IPEndPoint(address, port);
        return true;
    }

    private static bool AllHex(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit(c))
                return false;
        }

        return true;
    }

    private static bool IsHyphenated(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var hyphen = i is 8 or 13 or 18 or 23;
            if (hyphen ? text[i] != '-' : !char.IsAsciiHexDigit(text[i]))
                return false;
        }

        return true;
    }

    private static bool TryPort(ReadOnlySpan<char> text, out int port)
    {
        var ok = ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        port = value;
        return ok;
    }

    private static IPAddress? V4(ReadOnlySpan<char> text)
    {
        Span<byte> octets = stackalloc byte[4];
        var count = 0;
        foreach (var range in text.Split('.'))
        {
            var part = text[range];
            // A leading zero means octal to some readers and decimal to others.
            if (count == octets.Length || part.Length > 3 || part is ['0', _, ..]
                || !byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out octets[count]))
                return null;
            count++;
        }

        return count == octets.Length ? new IPAddress(octets) : null;
    }

    private static IPAddress? V6(ReadOnlySpan<char> text)
    {
        var percent = text.IndexOf('%');
        var scope = 0u;
        if (percent >= 0 && !uint.TryParse(text[(percent + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out scope))
            return null;
        var bare = percent < 0 ? text : text[..percent];
        if (bare.ContainsAnyExcept("0123456789abcdefABCDEF:.")
            || !IPAddress.TryParse(bare, out var address) || address.AddressFamily != AddressFamily.InterNetworkV6)
            return null;
        return scope == 0 ? address : new IPAddress(address.GetAddressBytes(), scope);
    }
}
