using System.Collections.Immutable;
using System.Text;
using Propolis.Core.Api;

namespace PropolisActors.Gateway.Http;

/// <summary>The path and query of a request as they stood on its first line.</summary>
/// <param name="Segments">Of the path, decoded; empty ones are left out.</param>
/// <param name="Query">Behind the question mark, not decoded; empty when there is none.</param>
/// <remarks>Read from the raw target, because a server's own normalisation follows other rules. Source: propolis-server
/// API, section 1.1.</remarks>
internal sealed record RequestTarget(ImmutableArray<string> Segments, string Query)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads <c>/path?query</c>, or the same behind <c>http://authority</c>.</summary>
    public static (RequestTarget? Target, ApiError? Error) Read(string rawTarget)
    {
        var target = WithoutAuthority(rawTarget);
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? target : target[..question];
        var segments = ImmutableArray.CreateBuilder<string>();
        foreach (var raw in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (raw is "." or "..")
                return (null, new ApiError(400, null, "dot-segments are not permitted"));
            if (!TryDecode(raw, plusIsSpace: false, out var segment))
                return (null, new ApiError(400, null, "invalid path encoding"));
            if (segment is "." or "..")
                return (null, new ApiError(400, null, "dot-segments are not permitted"));
            segments.Add(segment);
        }

        return (new RequestTarget(segments.ToImmutable(), question < 0 ? "" : target[(question + 1)..]), null);
    }

    /// <summary>Percent-decodes; a percent sign that begins no two hex digits stands for itself.</summary>
    /// <returns>False when the bytes are not UTF-8.</returns>
    public static bool TryDecode(string text, bool plusIsSpace, out string decoded)
    {
        if (Ascii.IsValid(text) && !text.Contains('%', StringComparison.Ordinal) && !(plusIsSpace && text.Contains('+', StringComparison.Ordinal)))
        {
            decoded = text;
            return true;
        }

        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes.Add(Convert.FromHexString(text.AsSpan(i + 1, 2))[0]);
                i += 2;
            }
            else if (text[i] == '+' && plusIsSpace)
            {
                bytes.Add((byte)' ');
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text, i, 1));
            }
        }

        try
        {
            decoded = StrictUtf8.GetString([.. bytes]);
            return true;
        }
        catch (DecoderFallbackException)
        {
            decoded = "";
            return false;
        }
    }

    private static string WithoutAuthority(string rawTarget)
    {
        var scheme = rawTarget.IndexOf("://", StringComparison.Ordinal);
        if (rawTarget.StartsWith('/') || scheme < 0)
            return rawTarget;
        var path = rawTarget.IndexOfAny(['/', '?'], scheme + 3);
        return path < 0 ? "/" : rawTarget[path..];
    }
}
