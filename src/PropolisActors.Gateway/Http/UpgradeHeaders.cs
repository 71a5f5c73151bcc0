using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Propolis.Core.Api;

namespace PropolisActors.Gateway.Http;

/// <summary>Checks the headers of a WebSocket upgrade. Source: propolis-server API, section 1.7.</summary>
internal static class UpgradeHeaders
{
    private const int KeyBytes = 16;

    /// <summary>Checks in the order of the contract.</summary>
    /// <returns>The first thing that is wrong, or null.</returns>
    public static ApiError? WhyNot(IHeaderDictionary headers) => headers switch
    {
        _ when !HasToken(headers.Connection, "upgrade") => ApiError.ExpectedUpgrade,
        _ when !HasToken(headers.Upgrade, "websocket") => ApiError.ExpectedWebSocket,
        _ when !string.Equals(headers.SecWebSocketVersion, "13", StringComparison.Ordinal) => ApiError.BadWebSocketVersion,
        // A key of another form could not be answered with an upgrade either.
        _ when !IsKey(headers.SecWebSocketKey) => ApiError.MissingWebSocketKey,
        _ => null,
    };

    private static bool HasToken(StringValues header, string token) => header
        .SelectMany(static value => (value ?? "").Split(','))
        .Any(part => part.Trim().Equals(token, StringComparison.OrdinalIgnoreCase));

    private static bool IsKey(string? key)
    {
        Span<byte> bytes = stackalloc byte[KeyBytes + 2];
        return key is { Length: 24 } && Convert.TryFromBase64String(key, bytes, out var length) && length == KeyBytes;
    }
}
