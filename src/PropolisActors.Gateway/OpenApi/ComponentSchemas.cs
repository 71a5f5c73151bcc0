using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Propolis.Core.Spec;
using static PropolisActors.Gateway.OpenApi.Schema;

namespace PropolisActors.Gateway.OpenApi;

/// <summary>The parts of a VM. Source: propolis-server API, sections 4.2, 4.5 and 4.6.</summary>
internal static class ComponentSchemas
{
    private const string PciPathName = "PciPath";
    private const string SpecKeyName = "SpecKey";

    /// <summary>Each kind's word on the wire and the name of its schema, in the order of the contract.</summary>
    private static readonly ImmutableArray<(string Word, string Name)> Kinds =
    [
        ("virtio_disk", "VirtioDisk"), ("nvme_disk", "NvmeDisk"), ("virtio_nic", "VirtioNic"),
        ("serial_port", "SerialPort"), ("pci_pci_bridge", "PciPciBridge"), ("qemu_pvpanic", "QemuPvpanic"),
        ("boot_settings", "BootSettings"), ("virtio_socket", Socket), ("soft_npu_pci_port", "SoftNpuPciPort"),
        ("soft_npu_port", "SoftNpuPort"), ("soft_npu_p9", "SoftNpuP9"), ("p9fs", "P9fs"),
        ("migration_failure_injector", "MigrationFailureInjector"), ("crucible_storage_backend", "CrucibleStorageBackend"),
        ("file_storage_backend", "FileStorageBackend"), ("blob_storage_backend", "BlobStorageBackend"),
        ("virtio_network_backend", "VirtioNetworkBackend"), ("dlpi_network_backend", "DlpiNetworkBackend"),
    ];

    /// <summary>The kinds a migration target may replace; their words are the names of their schemas.</summary>
    private static readonly ImmutableArray<string> Replaceable =
        ["MigrationFailureInjector", "CrucibleStorageBackend", "VirtioNetworkBackend"];

    private const string Socket = "VirtioSocket";

    /// <summary>What one entry of a spec's component map is called in a format.</summary>
    public static string NameOf(SpecFormat format) => format < SpecFormat.V3 ? "ComponentV0" : "Component";

    /// <summary>Adds everything a format knows.</summary>
    public static void AddTo(JsonObject schemas, SpecFormat format)
    {
        AddDevices(schemas);
        AddBackends(schemas);
        if (format < SpecFormat.V3)
            schemas.Remove(Socket);
        schemas[NameOf(format)] = OneOf(Kinds
            .Where(kind => schemas.ContainsKey(kind.Name))
            .Select(static kind => Closed(("component", Ref(kind.Name)), ("type", Words(kind.Word)))));
        schemas["ReplacementComponent"] = OneOf(Replaceable
            .Select(static name => Closed(("component", Words(name)), ("spec", Ref(name)))));
    }

    private static void AddDevices(JsonObject schemas)
    {
        schemas[PciPathName] = Open(("bus", U8()), ("device", U8()), ("function", U8()));
        schemas[SpecKeyName] = OneOf(Uuid(), Text());
        schemas["VirtioDisk"] = Closed(Backend, Path);
        schemas["NvmeDisk"] = Closed(Backend, Path, ("serial_number", NvmeSerialNumber()));
        schemas["VirtioNic"] = Closed(Backend, ("interface_id", Uuid()), Path);
        schemas["SerialPort"] = Closed(("num", Ref("SerialPortNumber")));
        schemas["SerialPortNumber"] = Words(Enum.GetNames<SerialPortNumber>().Select(static name => name.ToLowerInvariant()));
        schemas["PciPciBridge"] = Closed(("downstream_bus", U8()), Path);
        schemas["QemuPvpanic"] = Closed(("enable_isa", Bool()));
        schemas["BootSettings"] = Closed(("order", List(Ref("BootOrderEntry"))));
        schemas["BootOrderEntry"] = Open(("id", Ref(SpecKeyName)));
        schemas[Socket] = Closed(("guest_cid", U64()), Path);
        schemas["SoftNpuPciPort"] = Closed(Path);
        schemas["SoftNpuPort"] = Closed(Backend, ("link_name", Text()));
        schemas["SoftNpuP9"] = Closed(Path);
        schemas["P9fs"] = Closed(("chunk_size", U32()), Path, ("source", Text()), ("target", Text()));
        schemas["MigrationFailureInjector"] = Closed(("fail_exports", U32()), ("fail_imports", U32()));
    }

    private static void AddBackends(JsonObject schemas)
    {
        schemas["CrucibleStorageBackend"] = Closed(("readonly", Bool()), ("request_json", Text()));
        schemas["FileStorageBackend"] = Closed(
            ("block_size", U32()), ("path", Text()), ("readonly", Bool()), ("workers?", Nullable(Unsigned("uint", min: 1))));
        schemas["BlobStorageBackend"] = Closed(("base64", Text()), ("readonly", Bool()));
        schemas["VirtioNetworkBackend"] = Closed(("vnic_name", Text()));
        schemas["DlpiNetworkBackend"] = Closed(("vnic_name", Text()));
    }

    private static (string Name, JsonObject Schema) Backend => ("backend_id", Ref(SpecKeyName));

    private static (string Name, JsonObject Schema) Path => ("pci_path", Ref(PciPathName));

    private static JsonObject NvmeSerialNumber()
    {
        var serial = List(U8());
        serial["minItems"] = Component.NvmeDisk.SerialNumberBytes;
        serial["maxItems"] = Component.NvmeDisk.SerialNumberBytes;
        return serial;
    }
}
