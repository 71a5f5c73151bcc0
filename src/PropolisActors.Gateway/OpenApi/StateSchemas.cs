using System.Text.Json.Nodes;
using Propolis.Core.Lifecycle;
using static PropolisActors.Gateway.OpenApi.Schema;

namespace PropolisActors.Gateway.OpenApi;

/// <summary>States, migrations, the console, errors, and our own list of VMs. Source: propolis-server API, sections 1.4
/// and 4.8.</summary>
internal static class StateSchemas
{
    public const string VmList = "VmList";
    public const string VmSummary = "VmSummary";

    public static void AddTo(JsonObject schemas)
    {
        schemas["Error"] = Open(("error_code?", Text()), ("message", Text()), ("request_id", Text()));
        schemas["InstanceStateRequested"] = WordsOf<StateRequest>();
        schemas["InstanceStateMonitorRequest"] = Open(("gen", U64()));
        schemas["InstanceStateMonitorResponse"] = Open(
            ("gen", U64()), ("migration", Ref("InstanceMigrateStatusResponse")), ("state", Ref("InstanceState")));
        schemas["InstanceMigrateStatusResponse"] = Open(
            ("migration_in?", Nullable(Ref("InstanceMigrationStatus"))),
            ("migration_out?", Nullable(Ref("InstanceMigrationStatus"))));
        schemas["InstanceMigrationStatus"] = Open(("id", Uuid()), ("state", Ref("MigrationState")));
        schemas["MigrationState"] = WordsOf<MigrationState>();
        schemas["InstanceSerialConsoleHistoryResponse"] = Open(("data", List(U8())), ("last_byte_offset", U64()));
        schemas["InstanceVCRReplace"] = Open(("vcr_json", Text()));
    }

    /// <summary>Of the routes that are ours.</summary>
    public static void AddOursTo(JsonObject schemas)
    {
        schemas[VmList] = Open(("vms", List(Ref(VmSummary))));
        schemas[VmSummary] = Open(
            ("name", Text()), ("id", Uuid()), ("gen", U64()), ("state", Ref("InstanceState")),
            ("failure_reason", Nullable(Text())), ("outcome", Nullable(Ref("VmOutcome"))), ("waits_for", List(Ref("Waiting"))));
        schemas["VmOutcome"] = Open(("how", Words("not_started", "clean", "forced", "migrated_out")),
            ("disks", List(Open(("disk", Text()), ("flushed", Bool())))));
        schemas["Waiting"] = Open(("who", Text()), ("why", Text()), ("since", Time()), ("freed_by", Text()));
    }
}
