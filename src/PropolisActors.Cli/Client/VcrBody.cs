using System.Net;
using System.Text.Json.Nodes;

namespace PropolisActors.Cli.Client;

/// <summary>A volume construction request of one read-write region on three servers, without encryption.</summary>
/// <param name="Volume">The volume's id, and its region set's.</param>
/// <param name="Targets">Exactly three; the position is the slot.</param>
/// <param name="Gen">1 or more, and above every generation the servers have stored.</param>
public sealed record VcrBody(Guid Volume, RegionGeometry Geometry, IReadOnlyList<IPEndPoint> Targets, ulong Gen)
{
    /// <summary>The same volume with another server in one slot.</summary>
    /// <param name="slot">0 to 2.</param>
    public VcrBody With(int slot, IPEndPoint target, ulong gen) =>
        this with { Targets = [.. Targets.Select((old, i) => i == slot ? target : old)], Gen = gen };

    /// <summary>The request as JSON text.</summary>
    public string ToJson() => new JsonObject
    {
        ["type"] = "volume",
        ["id"] = Volume.ToString("D"),
        ["block_size"] = Geometry.BlockSizeBytes,
        ["sub_volumes"] = new JsonArray(Region()),
        ["read_only_parent"] = null,
    }.ToJsonString();

    public override string ToString() => $"VCR of volume {Volume}, generation {Gen}";

    private JsonObject Region() => new()
    {
        ["type"] = "region",
        ["block_size"] = Geometry.BlockSizeBytes,
        ["blocks_per_extent"] = Geometry.BlocksPerExtent,
        ["extent_count"] = Geometry.ExtentCount,
        ["gen"] = Gen,
        ["opts"] = new JsonObject
        {
            ["id"] = Volume.ToString("D"),
            ["target"] = new JsonArray([.. Targets.Select(target => (JsonNode)target.ToString())]),
            ["lossy"] = false,
            ["flush_timeout"] = null,
            ["key"] = null,
            ["cert_pem"] = null,
            ["key_pem"] = null,
            ["root_cert_pem"] = null,
            ["control"] = null,
            ["read_only"] = false,
        },
    };
}
