using System.Globalization;
using System.Text.Json.Nodes;
using Crucible.Core.Volumes;

namespace Crucible.Core.Tests.Volumes;

/// <summary>
/// Writes VCRs from the notation of the comparison vectors: <c>V(R(2;a b c), R(2;d e f) | R(3;p q r))</c>, <c>file</c> for
/// a file, <c>url</c> for a url. A letter is an address.
/// </summary>
internal static class Vcrs
{
    public const string Id = "0b9b6c0e-3d1c-4f55-9a70-6a6f7c1f0001";
    public const string Key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    public static System.Net.IPEndPoint Address(char letter) =>
        System.Net.IPEndPoint.Parse($"10.0.0.{letter - 'a' + 1}:19000");

    public static VcrText Text(string notation) => new(Json(notation).ToJsonString());

    public static VolumeConstructionRequest Vcr(string notation) => Parse(Json(notation));

    public static VolumeConstructionRequest Parse(JsonNode json) =>
        Assert.IsType<VcrParseResult.Parsed>(VcrParser.Parse(json.ToJsonString())).Vcr;

    public static JsonNode Json(string notation)
    {
        var at = 0;
        var node = Node(notation.Replace(" ", "_", StringComparison.Ordinal), ref at);
        Assert.Equal(notation.Length, at);
        return node;
    }

    /// <summary>Sets the member at a path such as <c>sub_volumes/0/opts/key</c>; <paramref name="value"/> is JSON.</summary>
    public static JsonNode With(this JsonNode root, string path, string? value)
    {
        var steps = path.Split('/');
        var node = root;
        foreach (var step in steps[..^1])
            node = int.TryParse(step, CultureInfo.InvariantCulture, out var i) ? node[i]! : node[step]!;
        if (value is null)
            ((JsonObject)node).Remove(steps[^1]);
        else if (int.TryParse(steps[^1], CultureInfo.InvariantCulture, out var last))
            node[last] = JsonNode.Parse(value);
        else
            node[steps[^1]] = JsonNode.Parse(value);
        return root;
    }

    private static JsonObject Node(string s, ref int at)
    {
        if (s[at..].StartsWith("url", StringComparison.Ordinal))
        {
            at += "url".Length;
            return new JsonObject { ["type"] = "url", ["id"] = Id, ["block_size"] = 512, ["url"] = "http://localhost/f" };
        }

        if (s[at..].StartsWith("file", StringComparison.Ordinal))
        {
            at += "file".Length;
            return new JsonObject { ["type"] = "file", ["id"] = Id, ["block_size"] = 512, ["path"] = "/f" };
        }

        return s[at] == 'R' ? Region(s, ref at) : Volume(s, ref at);
    }

    private static JsonObject Volume(string s, ref int at)
    {
        at += "V(".Length;
        var subVolumes = new JsonArray();
        JsonNode? parent = null;
        while (s[at] != ')')
        {
            if (s[at] is ',' or '_')
                at++;
            else if (s[at] == '|')
                parent = Parent(s, ref at);
            else
                subVolumes.Add(Node(s, ref at));
        }

        at++;
        return new JsonObject
        {
            ["type"] = "volume", ["id"] = Id, ["block_size"] = 512, ["sub_volumes"] = subVolumes, ["read_only_parent"] = parent,
        };
    }

    private static JsonObject Parent(string s, ref int at)
    {
        at += "|_".Length;
        return Node(s, ref at);
    }

    private static JsonObject Region(string s, ref int at)
    {
        var end = s.IndexOf(')', at);
        var parts = s[(at + "R(".Length)..end].Split(';');
        at = end + 1;
        var targets = parts[1].Split('_').Select(t => (JsonNode)JsonValue.Create(Address(t[0]).ToString()));
        return new JsonObject
        {
            ["type"] = "region", ["block_size"] = 512, ["blocks_per_extent"] = 100, ["extent_count"] = 10,
            ["gen"] = ulong.Parse(parts[0], CultureInfo.InvariantCulture),
            ["opts"] = new JsonObject
            {
                ["id"] = Id, ["target"] = new JsonArray([.. targets]), ["lossy"] = false, ["read_only"] = false,
            },
        };
    }
}
