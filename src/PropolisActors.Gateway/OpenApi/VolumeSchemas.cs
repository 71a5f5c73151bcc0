using System.Text.Json.Nodes;
using static PropolisActors.Gateway.OpenApi.Schema;

namespace PropolisActors.Gateway.OpenApi;

/// <summary>
/// Disks. The objects are open: status answers have members of ours beside those of the contract. Source: propolis-server
/// API, sections 4.8 and 12.1.
/// </summary>
internal static class VolumeSchemas
{
    /// <summary>Adds what status looks like in a version.</summary>
    /// <param name="schemas">All so far.</param>
    /// <param name="hasVolumeInfo">False where it is one boolean.</param>
    public static void AddTo(JsonObject schemas, bool hasVolumeInfo)
    {
        schemas["ReplaceResult"] = Words("started", "started_already", "completed_already", "missing", "vcr_matches");
        if (!hasVolumeInfo)
        {
            schemas["VolumeStatus"] = Open(("active", Bool()));
            return;
        }

        schemas["VolumeStatus"] = Open(("volume_info", Ref("VolumeInfo")));
        schemas["VolumeInfo"] = OneOf(
            Closed(("volume", Open(
                ("read_only_parent?", Nullable(Ref("VolumeInfo"))), ("sub_volumes", List(Ref("VolumeInfo")))))),
            Closed(("upstairs", Upstairs())));
        schemas["UpstairsInfoStatus"] = Words("initializing", "go_active", "active", "deactivating", "disabled");
        schemas["DownstairsInfo"] = Open(
            ("region_id?", Nullable(Uuid())), ("repair_addr?", Nullable(Text())),
            ("state", Ref("DownstairsInfoStatus")), ("target_addr?", Nullable(Text())));
        schemas["DownstairsInfoStatus"] = OneOf(
            Open(
                ("mode", Ref("DownstairsInfoConnectionMode")), ("state", Ref("DownstairsInfoNegotiationStatus")),
                ("type", Words("connecting"))),
            Open(("type", Words("active"))),
            Open(("type", Words("live_repair"))),
            Open(("type", Words("stopping"))));
        schemas["DownstairsInfoConnectionMode"] = Words("new", "offline", "faulted", "replaced");
        schemas["DownstairsInfoNegotiationStatus"] =
            Words("wait_connect", "negotiating", "wait_quorum", "reconcile", "live_repair_ready");
    }

    private static JsonObject Upstairs() => Open(
        ("block_size?", Nullable(U64())), ("encrypted", Bool()), ("generation", U64()),
        ("live_repair_in_progress", Bool()), ("read_only", Bool()), ("reconcile_in_progress", Bool()),
        ("session_id", Uuid()), ("state", Ref("UpstairsInfoStatus")), ("targets", List(Ref("DownstairsInfo"))),
        ("upstairs_id", Uuid()));
}
