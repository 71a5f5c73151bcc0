using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Crucible.Wire;

namespace Crucible.Net.Regions;

/// <summary>Names and small files of a region's directory, and the rules a definition must keep.</summary>
internal static class RegionFiles
{
    /// <summary>Of the definition; the only one there is.</summary>
    private const ulong StorageVersion = 1;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectRequiredConstructorParameters = true,
    };

    public static string Definition(string directory) => Path.Combine(directory, "region.json");

    public static string Promotion(string directory) => Path.Combine(directory, "promotion.json");

    public static string Journal(string directory) => Path.Combine(directory, "journal");

    public static string Lock(string directory) => Path.Combine(directory, "lock");

    /// <summary>XX/YYY/ZZZ: bits 24 to 31, 12 to 23 and 0 to 11 of the extent number in upper-case hex.</summary>
    public static string Extent(string directory, ExtentId extent) => Path.Combine(
        directory, Hex(extent.Value >> 24, "X2"), Hex((extent.Value >> 12) & 0xfff, "X3"),
        Hex(extent.Value & 0xfff, "X3"));

    /// <summary>What is wrong with a definition; null if nothing is (protocol section 18).</summary>
    public static string? ProblemOf(RegionDefinition d)
    {
        if (d.BlockSize is < ProtocolLimits.MinBlockSizeBytes or > ProtocolLimits.MaxBlockSizeBytes
            || !BitOperations.IsPow2(d.BlockSize))
            return $"the block size {d.BlockSize} is not a power of two from 512 to 32768";
        if (d.ExtentSize.Shift != BitOperations.Log2(d.BlockSize))
            return $"the extent's shift {d.ExtentSize.Shift} does not fit the block size {d.BlockSize}";
        if (d.ExtentSize.Value == 0 || d.ExtentSize.Value > ProtocolLimits.MaxExtentBytes / d.BlockSize)
            return $"an extent of {d.ExtentSize.Value} blocks is empty or over 512 MiB";
        return d.ExtentCount == 0 ? "there are no extents" : null;
    }

    public static byte[] Format(RegionDefinition d) => JsonSerializer.SerializeToUtf8Bytes(
        new DefinitionJson(
            d.BlockSize, new(d.ExtentSize.Value, d.ExtentSize.Shift), d.ExtentCount, d.Uuid.Value, d.Encrypted,
            d.DatabaseReadVersion, d.DatabaseWriteVersion),
        Json);

    public static RegionDefinition ReadDefinition(string directory)
    {
        var path = Definition(directory);
        if (!File.Exists(path))
            throw new RegionException(RegionFault.NotFound, $"There is no region in {directory}.");
        return ParseDefinition(File.ReadAllBytes(path), path);
    }

    /// <summary>Reads a definition as <see cref="Format"/> writes it.</summary>
    /// <param name="path">Where it comes from, for errors.</param>
    public static RegionDefinition ParseDefinition(ReadOnlySpan<byte> utf8, string path)
    {
        DefinitionJson json;
        try
        {
            json = JsonSerializer.Deserialize<DefinitionJson>(utf8, Json)
                ?? throw new JsonException("It is empty.");
        }
        catch (JsonException e)
        {
            throw new RegionException(RegionFault.DefinitionUnreadable, $"{path} is not a region definition.", e);
        }
        if (json.DatabaseReadVersion != StorageVersion || json.DatabaseWriteVersion != StorageVersion)
            throw new RegionException(RegionFault.VersionUnsupported,
                $"{path} has storage versions {json.DatabaseReadVersion} and {json.DatabaseWriteVersion}, "
                + $"not {StorageVersion}.");
        var definition = new RegionDefinition(
            json.BlockSize, new(json.ExtentSize.Value, json.ExtentSize.Shift), json.ExtentCount, new(json.Uuid),
            json.Encrypted, json.DatabaseReadVersion, json.DatabaseWriteVersion);
        if (ProblemOf(definition) is { } problem)
            throw new RegionException(RegionFault.DefinitionInvalid, $"{path} is not a possible region: {problem}.");
        return definition;
    }

    private static string Hex(uint value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private sealed record ExtentSizeJson(ulong Value, uint Shift);

    private sealed record DefinitionJson(
        ulong BlockSize, ExtentSizeJson ExtentSize, uint ExtentCount, Guid Uuid, bool Encrypted,
        ulong DatabaseReadVersion, ulong DatabaseWriteVersion);
}
