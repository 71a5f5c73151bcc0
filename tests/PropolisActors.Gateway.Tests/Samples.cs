namespace PropolisActors.Gateway.Tests;

internal static class Samples
{
    public const string Id = "0e5c3b1d-6f0a-4a51-9a6b-8d2f4a8a0001";

    public const string Spec = """
        {"board":{"cpus":2,"memory_mb":512,"chipset":{"type":"i440_fx","value":{"enable_pcie":false}}},
         "components":{"com1":{"type":"serial_port","component":{"num":"com1"}}}}
        """;

    /// <summary>The body of an ensure.</summary>
    public static string Ensure(string spec = Spec) => $$$"""
        {"properties":{"id":"{{{Id}}}","name":"vm","description":"tested","metadata":{
           "silo_id":"{{{Id}}}","project_id":"{{{Id}}}","sled_id":"{{{Id}}}",
           "sled_serial":"s","sled_model":"m","sled_revision":1}},
         "init":{"method":"Spec","value":{"spec":{{{spec}}} } }}
        """;
}
