using System.Text.Json;

namespace Crucible.Wire.Tests;

/// <summary>The recorded frames, hashes and decoder answers that both ends of the protocol agree on.</summary>
internal static class GoldenFile
{
    public static string Path => System.IO.Path.Combine(AppContext.BaseDirectory, "vectors", "crucible-wire.json");

    /// <summary>The vectors of RFC 8452, appendix C.2 and C.3 (AES-256), in the form of the project's own file.</summary>
    public static string RfcPath =>
        System.IO.Path.Combine(AppContext.BaseDirectory, "vectors", "rfc8452-aes-256.json");

    public static JsonDocument Open() => JsonDocument.Parse(File.ReadAllBytes(Path));

    public static byte[] Bytes(this JsonElement entry, string member) =>
        Convert.FromHexString(entry.GetProperty(member).GetString()!);

    public static string Text(this JsonElement entry, string member) => entry.GetProperty(member).GetString()!;
}
