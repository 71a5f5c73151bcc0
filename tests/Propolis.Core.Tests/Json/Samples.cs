namespace Propolis.Core.Tests.Json;

/// <summary>Bodies as the contract documents them, with every kind of component.</summary>
internal static class Samples
{
    public const string Properties = """
        {
          "id": "11111111-2222-3333-4444-555555555555",
          "name": "vm",
          "metadata": {
            "silo_id": "00000000-0000-0000-0000-000000000001",
            "project_id": "00000000-0000-0000-0000-000000000002",
            "sled_id": "00000000-0000-0000-0000-000000000003",
            "sled_serial": "serial",
            "sled_revision": 7,
            "sled_model": "model"
          },
          "description": "a \"VM\" — ünï"
        }
        """;

    // In the order in which a server writes it: keys sorted, UUIDs first.
    public const string Spec = """
        {
          "board": {
            "cpus": 4,
            "memory_mb": 4096,
            "chipset": { "type": "i440_fx", "value": { "enable_pcie": true } },
            "guest_hv_interface": { "type": "hyper_v", "value": { "features": ["reference_tsc"] } },
            "cpuid": {
              "entries": [
                { "leaf": 0, "subleaf": null, "eax": 1, "ebx": 2, "ecx": 3, "edx": 4294967295 },
                { "leaf": 11, "subleaf": 0, "eax": 1, "ebx": 2, "ecx": 3, "edx": 4 },
                { "leaf": 11, "subleaf": 1, "eax": 1, "ebx": 2, "ecx": 3, "edx": 4 }
              ],
              "vendor": "intel"
            }
          },
          "components": {
            "01010101-0101-0101-0101-010101010101": {
              "type": "crucible_storage_backend",
              "component": { "request_json": "{\"type\":\"volume\" , \"key\":\"sEcReT+/=\"}\n", "readonly": false }
            },
            "blob": { "type": "blob_storage_backend", "component": { "base64": "AAAA", "readonly": true } },
            "boot": { "type": "boot_settings", "component": { "order": [{ "id": "nvme" }, { "id": "disk" }] } },
            "bridge": {
              "type": "pci_pci_bridge",
              "component": { "downstream_bus": 1, "pci_path": { "bus": 0, "device": 31, "function": 7 } }
            },
            "com1": { "type": "serial_port", "component": { "num": "com1" } },
            "com4": { "type": "serial_port", "component": { "num": "com4" } },
            "disk": {
              "type": "virtio_disk",
              "component": {
                "backend_id": "01010101-0101-0101-0101-010101010101",
                "pci_path": { "bus": 0, "device": 4, "function": 0 }
              }
            },
            "dlpi": { "type": "dlpi_network_backend", "component": { "vnic_name": "v1" } },
            "file": {
              "type": "file_storage_backend",
              "component": { "path": "/a", "readonly": true, "block_size": 4096, "workers": null }
            },
            "file2": {
              "type": "file_storage_backend",
              "component": { "path": "/b", "readonly": false, "block_size": 512, "workers": 3 }
            },
            "inject": {
              "type": "migration_failure_injector", "component": { "fail_exports": 1, "fail_imports": 2 }
            },
            "net": { "type": "virtio_network_backend", "component": { "vnic_name": "v0" } },
            "nic": {
              "type": "virtio_nic",
              "component": {
                "backend_id": "net", "interface_id": "aaaaaaaa-0000-0000-0000-000000000000",
                "pci_path": { "bus": 0, "device": 6, "function": 0 }
              }
            },
            "nvme": {
              "type": "nvme_disk",
              "component": {
                "backend_id": "blob", "pci_path": { "bus": 0, "device": 5, "function": 0 },
                "serial_number": [0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,255]
              }
            },
            "p9": {
              "type": "p9fs",
              "component": {
                "source": "/s", "target": "t", "chunk_size": 65536,
                "pci_path": { "bus": 0, "device": 7, "function": 0 }
              }
            },
            "panic": { "type": "qemu_pvpanic", "component": { "enable_isa": true } },
            "socket": {
              "type": "virtio_socket",
              "component": { "guest_cid": 3, "pci_path": { "bus": 0, "device": 8, "function": 0 } }
            },
            "softnpu-p9": {
              "type": "soft_npu_p9", "component": { "pci_path": { "bus": 0, "device": 9, "function": 0 } }
            },
            "softnpu-pci": {
              "type": "soft_npu_pci_port", "component": { "pci_path": { "bus": 0, "device": 10, "function": 0 } }
            },
            "softnpu-port": { "type": "soft_npu_port", "component": { "link_name": "l", "backend_id": "dlpi" } }
          },
          "smbios": {
            "manufacturer": "m", "product_name": "p", "serial_number": "s", "version": 18446744073709551615
          }
        }
        """;

    public const string Migration = """
        {
          "method": "MigrationTarget",
          "value": {
            "migration_id": "99999999-0000-0000-0000-000000000000",
            "src_addr": "[fd00::1]:12400",
            "replace_components": {
              "disk": {
                "component": "CrucibleStorageBackend", "spec": { "request_json": "{}", "readonly": true }
              },
              "inject": {
                "component": "MigrationFailureInjector", "spec": { "fail_exports": 0, "fail_imports": 1 }
              },
              "net": { "component": "VirtioNetworkBackend", "spec": { "vnic_name": "v9" } }
            }
          }
        }
        """;

    public static string Ensure(string spec) => EnsureInit($$"""{ "method": "Spec", "value": { "spec": {{spec}} } }""");

    public static string EnsureInit(string init) => $$"""{ "properties": {{Properties}}, "init": {{init}} }""";
}
