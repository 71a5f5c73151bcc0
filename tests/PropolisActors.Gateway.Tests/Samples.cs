namespace PropolisActors.Gateway.Tests;

internal static class Samples
{
    public const string Id = "0e5c3b1d-6f0a-4a51-9a6b-8d2f4a8a0001";

    public const string Spec = """
        {"board":{"cpus":2,"memory_mb":512,"chipset":{"type":"i440_fx","value":{"enable_pcie":false}}},
         "components":{"com1":{"type":"serial_port","component":{"num":"com1"}}}}
        """;

    private const string Socket = """
        "socket":{"type":"virtio_socket","component":{"guest_cid":3,"pci_path":{"bus":0,"device":6,"function":0}}},
        """;

    private const string DevicesWithSocket = $$"""
        {"board":{"cpus":2,"memory_mb":512,"chipset":{"type":"i440_fx","value":{"enable_pcie":true} },
           "guest_hv_interface":{"type":"hyper_v","value":{"features":["reference_tsc"]} },
           "cpuid":{"vendor":"intel","entries":[{"leaf":1,"subleaf":null,"eax":1,"ebx":2,"ecx":3,"edx":4},
             {"leaf":4,"subleaf":1,"eax":1,"ebx":2,"ecx":3,"edx":4294967295}]} },
         "components":{
           "com1":{"type":"serial_port","component":{"num":"com1"} },
           "com4":{"type":"serial_port","component":{"num":"com4"} },
           "nic":{"type":"virtio_nic","component":{"backend_id":"{{Id}}","interface_id":"{{Id}}",
             "pci_path":{"bus":0,"device":31,"function":7} } },
           "{{Id}}":{"type":"virtio_network_backend","component":{"vnic_name":"net0"} },
           "bridge":{"type":"pci_pci_bridge","component":{"downstream_bus":255,
             "pci_path":{"bus":0,"device":5,"function":0} } },
           {{Socket}}
           "panic":{"type":"qemu_pvpanic","component":{"enable_isa":true} },
           "boot":{"type":"boot_settings","component":{"order":[]} } } }
        """;

    /// <summary>A spec with every device that needs no disk server, and every field that may be left out.</summary>
    /// <param name="withSocket">With the device that the third version brought.</param>
    public static string Devices(bool withSocket) =>
        withSocket ? DevicesWithSocket : DevicesWithSocket.Replace(Socket, "", StringComparison.Ordinal);

    /// <summary>The body of an ensure.</summary>
    public static string Ensure(string spec = Spec) => $$$"""
        {"properties":{"id":"{{{Id}}}","name":"vm","description":"tested","metadata":{
           "silo_id":"{{{Id}}}","project_id":"{{{Id}}}","sled_id":"{{{Id}}}",
           "sled_serial":"s","sled_model":"m","sled_revision":1}},
         "init":{"method":"Spec","value":{"spec":{{{spec}}} } }}
        """;
}
