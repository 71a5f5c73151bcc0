using System.Diagnostics;
using System.Text.Json;
using Propolis.Core.Spec;

namespace Propolis.Core.Json;

/// <summary>Writes components. Source: propolis-server API, section 4.6.</summary>
internal static class ComponentWriter
{
    public static void Write(Utf8JsonWriter json, Component component)
    {
        json.WriteStartObject();
        json.WriteString("type", Tag(component));
        json.WriteStartObject("component");
        WriteFields(json, component);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void WriteReplacement(Utf8JsonWriter json, Component component)
    {
        json.WriteStartObject();
        json.WriteString("component", component switch
        {
            Component.CrucibleStorageBackend => "CrucibleStorageBackend",
            Component.VirtioNetworkBackend => "VirtioNetworkBackend",
            Component.MigrationFailureInjector => "MigrationFailureInjector",
            _ => throw new UnreachableException($"{component.GetType().Name} cannot be replaced"),
        });
        json.WriteStartObject("spec");
        WriteFields(json, component);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Tag(Component component) => component switch
    {
        Component.VirtioDisk => "virtio_disk",
        Component.NvmeDisk => "nvme_disk",
        Component.VirtioNic => "virtio_nic",
        Component.SerialPort => "serial_port",
        Component.PciPciBridge => "pci_pci_bridge",
        Component.QemuPvpanic => "qemu_pvpanic",
        Component.BootSettings => "boot_settings",
        Component.VirtioSocket => "virtio_socket",
        Component.SoftNpuPciPort => "soft_npu_pci_port",
        Component.SoftNpuPort => "soft_npu_port",
        Component.SoftNpuP9 => "soft_npu_p9",
        Component.P9fs => "p9fs",
        Component.MigrationFailureInjector => "migration_failure_injector",
        Component.CrucibleStorageBackend => "crucible_storage_backend",
        Component.FileStorageBackend => "file_storage_backend",
        Component.BlobStorageBackend => "blob_storage_backend",
        Component.VirtioNetworkBackend => "virtio_network_backend",
        Component.DlpiNetworkBackend => "dlpi_network_backend",
        _ => throw new UnreachableException(component.GetType().Name),
    };

    private static void WriteFields(Utf8JsonWriter json, Component component)
    {
        switch (component)
        {
            case Component.VirtioDisk c:
                json.WriteString("backend_id", c.BackendId.ToString());
                WritePath(json, c.PciPath);
                break;
            case Component.NvmeDisk c:
                json.WriteString("backend_id", c.BackendId.ToString());
                WritePath(json, c.PciPath);
                json.WriteStartArray("serial_number");
                foreach (var b in c.SerialNumber)
                    json.WriteNumberValue(b);
                json.WriteEndArray();
                break;
            case Component.VirtioNic c:
                json.WriteString("backend_id", c.BackendId.ToString());
                json.WriteString("interface_id", c.InterfaceId);
                WritePath(json, c.PciPath);
                break;
            case Component.SerialPort c:
                json.WriteString("num", c.Number switch
                {
                    SerialPortNumber.Com1 => "com1",
                    SerialPortNumber.Com2 => "com2",
                    SerialPortNumber.Com3 => "com3",
                    SerialPortNumber.Com4 => "com4",
                    _ => throw new UnreachableException(),
                });
                break;
            case Component.PciPciBridge c:
                json.WriteNumber("downstream_bus", c.DownstreamBus);
                WritePath(json, c.PciPath);
                break;
            case Component.QemuPvpanic c:
                json.WriteBoolean("enable_isa", c.EnableIsa);
                break;
            case Component.BootSettings c:
                WriteOrder(json, c);
                break;
            case Component.VirtioSocket c:
                json.WriteNumber("guest_cid", c.GuestCid);
                WritePath(json, c.PciPath);
                break;
            case Component.SoftNpuPciPort c:
                WritePath(json, c.PciPath);
                break;
            case Component.SoftNpuPort c:
                json.WriteString("link_name", c.LinkName);
                json.WriteString("backend_id", c.BackendId.ToString());
                break;
            case Component.SoftNpuP9 c:
                WritePath(json, c.PciPath);
                break;
            case Component.P9fs c:
                json.WriteString("source", c.Source);
                json.WriteString("target", c.Target);
                json.WriteNumber("chunk_size", c.ChunkSizeBytes);
                WritePath(json, c.PciPath);
                break;
            default:
                WriteBackendFields(json, component);
                break;
        }
    }

    private static void WriteBackendFields(Utf8JsonWriter json, Component component)
    {
        switch (component)
        {
            case Component.MigrationFailureInjector c:
                json.WriteNumber("fail_exports", c.FailExports);
                json.WriteNumber("fail_imports", c.FailImports);
                break;
            case Component.CrucibleStorageBackend c:
                json.WriteString("request_json", c.RequestJson);
                json.WriteBoolean("readonly", c.ReadOnly);
                break;
            case Component.FileStorageBackend c:
                json.WriteString("path", c.Path);
                json.WriteBoolean("readonly", c.ReadOnly);
                json.WriteNumber("block_size", c.BlockSizeBytes);
                if (c.Workers is { } workers)
                    json.WriteNumber("workers", workers);
                else
                    json.WriteNull("workers");
                break;
            case Component.BlobStorageBackend c:
                json.WriteString("base64", c.Base64);
                json.WriteBoolean("readonly", c.ReadOnly);
                break;
            case Component.VirtioNetworkBackend c:
                json.WriteString("vnic_name", c.VnicName);
                break;
            case Component.DlpiNetworkBackend c:
                json.WriteString("vnic_name", c.VnicName);
                break;
            default:
                throw new UnreachableException(component.GetType().Name);
        }
    }

    private static void WriteOrder(Utf8JsonWriter json, Component.BootSettings boot)
    {
        json.WriteStartArray("order");
        foreach (var key in boot.Order)
        {
            json.WriteStartObject();
            json.WriteString("id", key.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePath(Utf8JsonWriter json, PciPath path)
    {
        json.WriteStartObject("pci_path");
        json.WriteNumber("bus", path.Bus);
        json.WriteNumber("device", path.Device);
        json.WriteNumber("function", path.Function);
        json.WriteEndObject();
    }
}
