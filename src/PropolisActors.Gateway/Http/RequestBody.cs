using System.Buffers;
using Microsoft.AspNetCore.Http;
using Propolis.Core.Api;

namespace PropolisActors.Gateway.Http;

/// <summary>Reads a JSON body whole. Source: propolis-server API, section 1.6.</summary>
internal static class RequestBody
{
    private const string Json = "application/json";

    /// <summary>Media types the contract knows but no route here takes.</summary>
    private static readonly string[] OtherKnown =
        ["application/octet-stream", "application/x-www-form-urlencoded", "multipart/form-data"];

    /// <summary>Reads to the end, or to the limit.</summary>
    /// <returns>The body, or why it is refused: the limit is looked at before the type.</returns>
    public static async Task<(ReadOnlyMemory<byte> Body, ApiError? Error)> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength > ApiLimits.BodyBytesMax)
            return (default, ApiError.BodyTooLarge);
        try
        {
            return await ReadPartsAsync(request, ct);
        }
        catch (IOException e) when (e is not BadHttpRequestException && !ct.IsCancellationRequested)
        {
            // The server throws this plain kind at a chunk whose size is beyond every number; it is the client's doing too.
            return (default, new ApiError(400, null, e.Message));
        }
    }

    private static async Task<(ReadOnlyMemory<byte> Body, ApiError? Error)> ReadPartsAsync(HttpRequest request, CancellationToken ct)
    {
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(ct);
            if (read.Buffer.Length > ApiLimits.BodyBytesMax)
            {
                reader.AdvanceTo(read.Buffer.End);
                return (default, ApiError.BodyTooLarge);
            }

            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return (body, WhyNotJson(request.ContentType));
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Null when a body of this content type is to be read as JSON; so is one that names none.</summary>
    public static ApiError? WhyNotJson(string? contentType)
    {
        if (string.IsNullOrEmpty(contentType))
            return null;
        var semicolon = contentType.IndexOf(';', StringComparison.Ordinal);
        var mime = (semicolon < 0 ? contentType : contentType[..semicolon]).Trim().ToLowerInvariant();
        return mime switch
        {
            Json => null,
            _ when IsJsonDialect(mime) => null,
            _ when OtherKnown.Contains(mime, StringComparer.Ordinal) => ApiError.UnexpectedContentType(mime),
            _ => ApiError.UnsupportedContentType(mime),
        };
    }

    private static bool IsJsonDialect(string mime) =>
        mime.StartsWith("application/", StringComparison.Ordinal)
        && mime.EndsWith("+json", StringComparison.Ordinal)
        && mime.Length > "application/+json".Length;
}
