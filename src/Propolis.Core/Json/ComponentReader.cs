using Propolis.Core.Spec;

namespace Propolis.Core.Json;

/// <summary>Reads components. Source: propolis-server API, sections 4.2, 4.5 and 4.6.</summary>
internal static class ComponentReader
{
    /// <summary>One entry of a spec's component map.</summary>
    public static Component Read(JsonPlace place, SpecFormat format)
    {
        var pair = JsonFields.Only(place, "type", "component");
        var read = pair["type"].OneOf<Func<JsonPlace, Component>>(
            ("virtio_disk", VirtioDisk), ("nvme_disk", NvmeDisk), ("virtio_nic", VirtioNic),
            ("serial_port", SerialPort), ("pci_pci_bridge", Bridge), ("qemu_pvpanic", Pvpanic),
            ("boot_settings", BootSettings),
            ("soft_npu_pci_port", p => new Component.SoftNpuPciPort(OnlyPath(p))),
            ("soft_npu_port", SoftNpuPort),
            ("soft_npu_p9", p => new Component.SoftNpuP9(OnlyPath(p))),
            ("p9fs", P9fs), ("migration_failure_injector", FailureInjector),
            ("crucible_storage_backend", CrucibleBackend), ("file_storage_backend", FileBackend),
            ("blob_storage_backend", BlobBackend),
            ("virtio_network_backend", VirtioNetworkBackend),
            ("dlpi_network_backend", p => new Component.DlpiNetworkBackend(OnlyVnicName(p))),
            ("virtio_socket", VirtioSocket));
        var component = read(pair["component"]);
        // Earlier formats do not know the word.
        return component is Component.VirtioSocket && format < SpecFormat.V3
            ? throw pair["type"].Wrong("unknown variant `virtio_socket`")
            : component;
    }

    /// <summary>One entry of a migration target's replacements, which spells its kinds differently.</summary>
    public static Component ReadReplacement(JsonPlace place)
    {
        var pair = JsonFields.Only(place, "component", "spec");
        var read = pair["component"].OneOf<Func<JsonPlace, Component>>(
            ("CrucibleStorageBackend", CrucibleBackend),
            ("VirtioNetworkBackend", VirtioNetworkBackend),
            ("MigrationFailureInjector", FailureInjector));
        return read(pair["spec"]);
    }

    private static Component.VirtioDisk VirtioDisk(JsonPlace place)
    {
        var o = JsonFields.Only(place, "backend_id", "pci_path");
        return new(o["backend_id"].Key(), Path(o["pci_path"]));
    }

    private static Component.NvmeDisk NvmeDisk(JsonPlace place)
    {
        var o = JsonFields.Only(place, "backend_id", "pci_path", "serial_number");
        var serial = ValueList.From(o["serial_number"].Items().Select(b => b.U8()));
        return serial.Count == Component.NvmeDisk.SerialNumberBytes
            ? new(o["backend_id"].Key(), Path(o["pci_path"]), serial)
            : throw o["serial_number"].Wrong("expected an array of 20 numbers");
    }

    private static Component.VirtioNic VirtioNic(JsonPlace place)
    {
        var o = JsonFields.Only(place, "backend_id", "interface_id", "pci_path");
        return new(o["backend_id"].Key(), o["interface_id"].Uuid(), Path(o["pci_path"]));
    }

    private static Component.SerialPort SerialPort(JsonPlace place) =>
        new(JsonFields.Only(place, "num")["num"].OneOf(
            ("com1", SerialPortNumber.Com1), ("com2", SerialPortNumber.Com2),
            ("com3", SerialPortNumber.Com3), ("com4", SerialPortNumber.Com4)));

    private static Component.PciPciBridge Bridge(JsonPlace place)
    {
        var o = JsonFields.Only(place, "downstream_bus", "pci_path");
        return new(o["downstream_bus"].U8(), Path(o["pci_path"]));
    }

    private static Component.QemuPvpanic Pvpanic(JsonPlace place) =>
        new(JsonFields.Only(place, "enable_isa")["enable_isa"].Bool());

    private static Component.BootSettings BootSettings(JsonPlace place) =>
        new(ValueList.From(JsonFields.Only(place, "order")["order"].Items()
            .Select(entry => JsonFields.AtLeast(entry, "id")["id"].Key())));

    private static Component.VirtioSocket VirtioSocket(JsonPlace place)
    {
        var o = JsonFields.Only(place, "guest_cid", "pci_path");
        return new(o["guest_cid"].U64(), Path(o["pci_path"]));
    }

    private static Component.SoftNpuPort SoftNpuPort(JsonPlace place)
    {
        var o = JsonFields.Only(place, "link_name", "backend_id");
        return new(o["link_name"].Text(), o["backend_id"].Key());
    }

    private static Component.P9fs P9fs(JsonPlace place)
    {
        var o = JsonFields.Only(place, "source", "target", "chunk_size", "pci_path");
        return new(o["source"].Text(), o["target"].Text(), o["chunk_size"].U32(), Path(o["pci_path"]));
    }

    private static Component.MigrationFailureInjector FailureInjector(JsonPlace place)
    {
        var o = JsonFields.Only(place, "fail_exports", "fail_imports");
        return new(o["fail_exports"].U32(), o["fail_imports"].U32());
    }

    private static Component.CrucibleStorageBackend CrucibleBackend(JsonPlace place)
    {
        var o = JsonFields.Only(place, "request_json", "readonly");
        return new(o["request_json"].Text(), o["readonly"].Bool());
    }

    private static Component.FileStorageBackend FileBackend(JsonPlace place)
    {
        var o = JsonFields.Only(place, "path", "readonly", "block_size", "workers");
        var workers = o.Optional("workers")?.U64();
        if (workers == 0)
            throw o["workers"].Wrong("expected an integer of at least 1");
        return new(o["path"].Text(), o["readonly"].Bool(), o["block_size"].U32(), workers);
    }

    private static Component.BlobStorageBackend BlobBackend(JsonPlace place)
    {
        var o = JsonFields.Only(place, "base64", "readonly");
        return new(o["base64"].Text(), o["readonly"].Bool());
    }

    private static Component.VirtioNetworkBackend VirtioNetworkBackend(JsonPlace place) => new(OnlyVnicName(place));

    private static string OnlyVnicName(JsonPlace place) => JsonFields.Only(place, "vnic_name")["vnic_name"].Text();

    private static PciPath OnlyPath(JsonPlace place) => Path(JsonFields.Only(place, "pci_path")["pci_path"]);

    private static PciPath Path(JsonPlace place)
    {
        var o = JsonFields.AtLeast(place, "bus", "device", "function");
        var path = new PciPath(o["bus"].U8(), o["device"].U8(), o["function"].U8());
        if (path.Device > PciPath.DeviceMax)
            throw place.Wrong($"PCI device {path.Device} outside range of 0-31");
        if (path.Function > PciPath.FunctionMax)
            throw place.Wrong($"PCI function {path.Function} outside range of 0-7");
        return path;
    }
}
