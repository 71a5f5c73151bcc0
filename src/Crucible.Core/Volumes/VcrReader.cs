using System.Net;
using System.Text.Json;
using Crucible.Wire;

namespace Crucible.Core.Volumes;

/// <summary>
/// Turns JSON elements into nodes. The first thing wrong is kept in <see cref="Error"/>; what is returned after that
/// is a placeholder that nobody uses.
/// </summary>
internal sealed class VcrReader
{
    public VcrError? Error { get; private set; }

    public VolumeConstructionRequest? Node(JsonElement element, string path, int level)
    {
        if (level > VcrLimits.MaxLevels)
            return Fail<VolumeConstructionRequest>(path, $"nested more than {VcrLimits.MaxLevels} levels deep");
        if (!Members(element, path, out var m))
            return null;
        return String(m, "type", path) switch
        {
            "volume" => Volume(m, path, level),
            "region" => new VolumeConstructionRequest.Region(
                UInt64(m, "block_size", path),
                UInt64(m, "blocks_per_extent", path),
                UInt32(m, "extent_count", path),
                Opts(m, path),
                new Generation(UInt64(m, "gen", path))),
            "url" => new VolumeConstructionRequest.Url(
                new VolumeId(Uuid(m, "id", path)), UInt64(m, "block_size", path), String(m, "url", path)),
            "file" => new VolumeConstructionRequest.File(
                new VolumeId(Uuid(m, "id", path)), UInt64(m, "block_size", path), String(m, "path", path)),
            _ => Fail<VolumeConstructionRequest>($"{path}.type", "must be volume, region, url or file"),
        };
    }

    private VolumeConstructionRequest.Volume Volume(Dictionary<string, JsonElement> m, string path, int level)
    {
        var id = new VolumeId(Uuid(m, "id", path));
        var blockSize = UInt64(m, "block_size", path);
        ValueList<VolumeConstructionRequest> subVolumes = [.. Array(m, "sub_volumes", path)
            .Select((e, i) => Node(e, $"{path}.sub_volumes[{i}]", level + 1)!)];
        var parent = Optional(m, "read_only_parent") is { } e ? Node(e, $"{path}.read_only_parent", level + 1) : null;
        return new VolumeConstructionRequest.Volume(id, blockSize, subVolumes, parent);
    }

    private CrucibleOpts Opts(Dictionary<string, JsonElement> region, string regionPath)
    {
        var path = $"{regionPath}.opts";
        if (!Required(region, "opts", regionPath, out var element) || !Members(element, path, out var m))
            m = [];
        var id = new UpstairsId(Uuid(m, "id", path));
        ValueList<IPEndPoint> target = [.. Array(m, "target", path).Select((e, i) => Address(e, $"{path}.target[{i}]"))];
        return new CrucibleOpts(
            id,
            target,
            Bool(m, "lossy", path),
            OptionalSingle(m, "flush_timeout", path),
            OptionalString(m, "key", path) is { } key ? new EncryptionKey(key) : null,
            OptionalSecret(m, "cert_pem", path),
            OptionalSecret(m, "key_pem", path),
            OptionalSecret(m, "root_cert_pem", path),
            Optional(m, "control") is { } control ? Address(control, $"{path}.control") : null,
            Bool(m, "read_only", path));
    }

    private bool Members(JsonElement element, string path, out Dictionary<string, JsonElement> members)
    {
        members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (element.ValueKind != JsonValueKind.Object)
        {
            Fail<object>(path, "must be an object");
            return false;
        }

        foreach (var property in element.EnumerateObject())
        {
            if (Name(property) is not { } name)
            {
                Fail<object>(path, "a member's name holds half of a surrogate pair");
                return false;
            }

            members[name] = property.Value;
        }

        return true;
    }

    private bool Required(Dictionary<string, JsonElement> members, string name, string path, out JsonElement element)
    {
        if (members.TryGetValue(name, out element))
            return true;
        Fail<object>($"{path}.{name}", "is missing");
        return false;
    }

    private static JsonElement? Optional(Dictionary<string, JsonElement> members, string name) =>
        members.TryGetValue(name, out var element) && element.ValueKind != JsonValueKind.Null ? element : null;

    private ulong UInt64(Dictionary<string, JsonElement> members, string name, string path)
    {
        if (!Required(members, name, path, out var e))
            return 0;
        if (e.ValueKind == JsonValueKind.Number && e.TryGetUInt64(out var value))
            return value;
        return Fail<ulong>($"{path}.{name}", "must be a whole number from 0 to 18446744073709551615");
    }

    private uint UInt32(Dictionary<string, JsonElement> members, string name, string path)
    {
        if (!Required(members, name, path, out var e))
            return 0;
        if (e.ValueKind == JsonValueKind.Number && e.TryGetUInt32(out var value))
            return value;
        return Fail<uint>($"{path}.{name}", "must be a whole number from 0 to 4294967295");
    }

    private bool Bool(Dictionary<string, JsonElement> members, string name, string path)
    {
        if (!Required(members, name, path, out var e))
            return false;
        return e.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? e.GetBoolean()
            : Fail<bool>($"{path}.{name}", "must be true or false");
    }

    private float? OptionalSingle(Dictionary<string, JsonElement> members, string name, string path)
    {
        if (Optional(members, name) is not { } e)
            return null;
        return e.ValueKind == JsonValueKind.Number && e.TryGetSingle(out var value)
            ? value
            : Fail<float>($"{path}.{name}", "must be a number");
    }

    private string String(Dictionary<string, JsonElement> members, string name, string path) =>
        Required(members, name, path, out var e) ? Text(e, $"{path}.{name}") : "";

    private string? OptionalString(Dictionary<string, JsonElement> members, string name, string path) =>
        Optional(members, name) is { } e ? Text(e, $"{path}.{name}") : null;

    private SecretText? OptionalSecret(Dictionary<string, JsonElement> members, string name, string path) =>
        OptionalString(members, name, path) is { } text ? new SecretText(text) : null;

    private Guid Uuid(Dictionary<string, JsonElement> members, string name, string path)
    {
        if (!Required(members, name, path, out var e))
            return default;
        return VcrScalars.TryUuid(Text(e, $"{path}.{name}"), out var value)
            ? value
            : Fail<Guid>($"{path}.{name}", "must be a UUID");
    }

    private IPEndPoint Address(JsonElement element, string path) =>
        VcrScalars.TrySocketAddress(Text(element, path), out var value)
            ? value!
            : Fail<IPEndPoint>(path, "must be an address with a port, a.b.c.d:port or [v6]:port")!;

    private IEnumerable<JsonElement> Array(Dictionary<string, JsonElement> members, string name, string path)
    {
        if (!Required(members, name, path, out var e))
            return [];
        if (e.ValueKind == JsonValueKind.Array)
            return e.EnumerateArray();
        Fail<object>($"{path}.{name}", "must be an array");
        return [];
    }

    private string Text(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.String)
            return Fail<string>(path, "must be a string") ?? "";
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // The library finds half of an escaped surrogate pair only when the string is read.
            return Fail<string>(path, "holds half of a surrogate pair") ?? "";
        }
    }

    private static string? Name(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private T? Fail<T>(string path, string text)
    {
        Error ??= new VcrError(path, text);
        return default;
    }
}
