using System.Text.Json.Nodes;
using Propolis.Core.Lifecycle;
using Propolis.Core.Spec;
using static PropolisActors.Gateway.OpenApi.Schema;

namespace PropolisActors.Gateway.OpenApi;

/// <summary>A VM as it is created and shown. Source: propolis-server API, sections 3, 4.1 to 4.4 and 4.8.</summary>
internal static class SpecSchemas
{
    public static void AddTo(JsonObject schemas, SpecFormat format)
    {
        ComponentSchemas.AddTo(schemas, format);
        AddBoard(schemas);
        AddSpec(schemas, format);
        AddEnsure(schemas, format);
        schemas["Instance"] = Open(("properties", Ref("InstanceProperties")), ("state", Ref("InstanceState")));
        schemas["InstanceGetResponse"] = Open(("instance", Ref("Instance")));
        schemas["InstanceState"] = WordsOf<InstanceState>();
        schemas["InstanceSpecGetResponse"] = Open(
            ("properties", Ref("InstanceProperties")), ("spec", Ref("InstanceSpecStatus")), ("state", Ref("InstanceState")));
        schemas["InstanceSpecStatus"] = OneOf(
            Open(("type", Words("WaitingForMigrationSource"))),
            Open(("type", Words("Present")), ("value", Ref(format == SpecFormat.V1 ? Envelope : NameOf(format)))));
    }

    private const string Envelope = "VersionedInstanceSpec";

    private static string NameOf(SpecFormat format) => format == SpecFormat.V1 ? "InstanceSpecV0" : "InstanceSpec";

    private static void AddBoard(JsonObject schemas)
    {
        schemas["Board"] = Closed(
            ("chipset", Ref("Chipset")), ("cpuid?", Nullable(Ref("Cpuid"))), ("cpus", U8()),
            ("guest_hv_interface?", Ref("GuestHypervisorInterface")), ("memory_mb", U64()));
        schemas["Chipset"] = OneOf(Closed(("type", Words("i440_fx")), ("value", Ref("I440Fx"))));
        schemas["I440Fx"] = Closed(("enable_pcie", Bool()));
        schemas["GuestHypervisorInterface"] = OneOf(
            Closed(("type", Words("bhyve"))),
            Closed(("type", Words("hyper_v")), ("value", Closed(("features", HyperVFeatures())))));
        schemas["HyperVFeatureFlag"] = Words("reference_tsc");
        schemas["Cpuid"] = Closed(("entries", List(Ref("CpuidEntry"))), ("vendor", Ref("CpuidVendor")));
        schemas["CpuidEntry"] = Closed(
            ("eax", U32()), ("ebx", U32()), ("ecx", U32()), ("edx", U32()), ("leaf", U32()), ("subleaf?", Nullable(U32())));
        schemas["CpuidVendor"] = Words("amd", "intel");
    }

    private static JsonObject HyperVFeatures()
    {
        var features = List(Ref("HyperVFeatureFlag"));
        features["uniqueItems"] = true;
        return features;
    }

    private static void AddSpec(JsonObject schemas, SpecFormat format)
    {
        var (board, components) =
            (("board", Ref("Board")), ("components", Map(Ref(ComponentSchemas.NameOf(format)))));
        if (format == SpecFormat.V1)
        {
            schemas[NameOf(format)] = Closed(board, components);
            schemas[Envelope] = OneOf(Closed(("spec", Ref(NameOf(format))), ("version", Words("V0"))));
            return;
        }

        schemas[NameOf(format)] = Open(board, components, ("smbios?", Nullable(Ref("SmbiosType1Input"))));
        schemas["SmbiosType1Input"] = Closed(
            ("manufacturer", Text()), ("product_name", Text()), ("serial_number", Text()), ("version", U64()));
    }

    private static void AddEnsure(JsonObject schemas, SpecFormat format)
    {
        schemas["InstanceEnsureRequest"] = Open(
            ("init", Ref("InstanceInitializationMethod")), ("properties", Ref("InstanceProperties")));
        schemas["InstanceInitializationMethod"] = OneOf(
            Open(("method", Words("Spec")), ("value", Open(("spec", Ref(NameOf(format)))))),
            Open(("method", Words("MigrationTarget")), ("value", Open(
                ("migration_id", Uuid()), ("replace_components", Map(Ref("ReplacementComponent"))), ("src_addr", Text())))));
        schemas["InstanceProperties"] = Open(
            ("description", Text()), ("id", Uuid()), ("metadata", Ref("InstanceMetadata")), ("name", Text()));
        schemas["InstanceMetadata"] = Open(
            ("project_id", Uuid()), ("silo_id", Uuid()), ("sled_id", Uuid()),
            ("sled_model", Text()), ("sled_revision", U32()), ("sled_serial", Text()));
        schemas["InstanceEnsureResponse"] = Open(("migrate?", Nullable(Ref("InstanceMigrateInitiateResponse"))));
        schemas["InstanceMigrateInitiateResponse"] = Open(("migration_id", Uuid()));
    }
}
