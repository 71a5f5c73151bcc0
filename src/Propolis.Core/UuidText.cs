using System.Diagnostics.CodeAnalysis;

namespace Propolis.Core;

/// <summary>The textual forms of a UUID that requests may use.</summary>
/// <remarks>Source: propolis-server API, section 4. The base library's own parser also trims spaces and takes
/// signs inside the groups, so the shape is checked here first.</remarks>
public static class UuidText
{
    private const string UrnPrefix = "urn:uuid:";

    /// <summary>Reads hyphenated, 32 hex digits, braced, or <c>urn:uuid:</c> text, in either case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Guid uuid)
    {
        uuid = default;
        var digits = text.AsSpan();
        if (digits.Length == 38 && digits[0] == '{' && digits[^1] == '}')
            digits = digits[1..^1];
        else if (digits.Length == 45 && digits.StartsWith(UrnPrefix, StringComparison.Ordinal))
            digits = digits[UrnPrefix.Length..];
        else if (digits.Length == 32)
            return AllHex(digits) && Guid.TryParseExact(digits, "N", out uuid);
        return digits.Length == 36 && IsHyphenated(digits) && Guid.TryParseExact(digits, "D", out uuid);
    }

    private static bool IsHyphenated(ReadOnlySpan<char> text) =>
        text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-'
        && AllHex(text[..8]) && AllHex(text[9..13]) && AllHex(text[14..18])
        && AllHex(text[19..23]) && AllHex(text[24..]);

    private static bool AllHex(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit(c))
                return false;
        }

        return true;
    }
}
