using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Propolis.Core.Json;
using Propolis.Core.Serial;
using Propolis.Core.Spec;

namespace Propolis.Core.Migration;

/// <summary>
/// The structured texts of a migration, as JSON. In the reference they are RON; a machine of ours can only come from one of
/// ours, so that the encodings need not agree.
/// </summary>
public static class MigrationText
{
    /// <summary>Longer lists of devices or disks are refused.</summary>
    public const int ItemsMax = 1024;

    /// <summary>What the VM is made of.</summary>
    public static string OfSpec(InstanceSpec spec, MigrationDialect dialect) =>
        Encoding.UTF8.GetString(ResponseJson.Spec(spec, FormatOf(dialect)));

    public static InstanceSpec? ReadSpec(string text, MigrationDialect dialect) =>
        RequestJson.TryReadSpec(Encoding.UTF8.GetBytes(text), FormatOf(dialect), out var spec, out _) ? spec : null;

    public static string OfDevices(IReadOnlyList<DeviceState> devices) =>
        JsonSerializer.Serialize([.. devices], MigrationJson.Default.DeviceStateArray);

    public static IReadOnlyList<DeviceState>? ReadDevices(string text) =>
        Read(text, MigrationJson.Default.DeviceStateArray) is { Length: <= ItemsMax } devices ? devices : null;

    public static string OfDisks(IEnumerable<HandOverDisk> disks) => JsonSerializer.Serialize(
        [.. disks.Select(d => new DiskText($"{d.Disk}", d.VcrJson, d.Revision, d.Runs))], MigrationJson.Default.DiskTextArray);

    public static IReadOnlyList<HandOverDisk>? ReadDisks(string text) =>
        Read(text, MigrationJson.Default.DiskTextArray) is { Length: <= ItemsMax } disks
            ? [.. disks.Select(d => new HandOverDisk(SpecKey.Parse(d.Disk), d.Vcr, d.Revision, d.Runs))]
            : null;

    /// <summary>The generation the target takes the disks with.</summary>
    public static string OfGeneration(ulong generation) => JsonSerializer.Serialize(generation, MigrationJson.Default.UInt64);

    public static ulong? ReadGeneration(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, MigrationJson.Default.UInt64);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string OfText(string text) => JsonSerializer.Serialize(text, MigrationJson.Default.String);

    public static string? ReadText(string text) => Read(text, MigrationJson.Default.String);

    public static string OfHistory(SerialKept kept) => JsonSerializer.Serialize(kept, MigrationJson.Default.SerialKept);

    public static SerialKept? ReadHistory(string text) => Read(text, MigrationJson.Default.SerialKept);

    private static T? Read<T>(string text, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> json)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(text, json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // What the older form cannot say, the text of the SMBIOS table and a socket device, is lost in a plain migration.
    private static SpecFormat FormatOf(MigrationDialect dialect) =>
        dialect == MigrationDialect.HandOver ? SpecFormat.V3 : SpecFormat.V1;
}

/// <summary>A disk in a hand-over.</summary>
internal sealed record DiskText(string Disk, string Vcr, ulong Revision, ulong Runs);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(DeviceState[]))]
[JsonSerializable(typeof(DiskText[]))]
[JsonSerializable(typeof(SerialKept))]
[JsonSerializable(typeof(ulong))]
[JsonSerializable(typeof(string))]
internal sealed partial class MigrationJson : JsonSerializerContext;
