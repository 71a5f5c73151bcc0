using System.Text.Json.Nodes;

namespace PropolisActors.Cli.Client;

/// <summary>The body of a request that creates a VM with network disks, a serial port and a boot order.</summary>
/// <param name="Disks">At most <see cref="DisksMax"/>; the first is booted from.</param>
public sealed record InstanceBody(Guid Id, string Name, IReadOnlyList<InstanceDisk> Disks)
{
    /// <summary>Disks take the PCI devices from 16 to 31 of bus 0.</summary>
    public const int DisksMax = 16;

    private const int FirstDiskDevice = 16;

    public string ToJson() => new JsonObject
    {
        ["properties"] = Properties(),
        ["init"] = new JsonObject
        {
            ["method"] = "Spec",
            ["value"] = new JsonObject { ["spec"] = Spec() },
        },
    }.ToJsonString();

    public override string ToString() => $"instance {Name} with {Disks.Count} disks";

    private JsonObject Properties() => new()
    {
        ["id"] = Id.ToString("D"),
        ["name"] = Name,
        ["description"] = "made by the propolis command",
        ["metadata"] = new JsonObject
        {
            ["silo_id"] = Guid.Empty.ToString("D"),
            ["project_id"] = Guid.Empty.ToString("D"),
            ["sled_id"] = Guid.Empty.ToString("D"),
            ["sled_serial"] = "none",
            ["sled_model"] = "none",
            ["sled_revision"] = 1,
        },
    };

    private JsonObject Spec() => new()
    {
        ["board"] = new JsonObject
        {
            ["cpus"] = 1,
            ["memory_mb"] = 256,
            ["chipset"] = new JsonObject
            {
                ["type"] = "i440_fx",
                ["value"] = new JsonObject { ["enable_pcie"] = false },
            },
        },
        ["components"] = Components(),
    };

    private JsonObject Components()
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Disks.Count, DisksMax);
        var components = new JsonObject();
        for (var i = 0; i < Disks.Count; i++)
        {
            components[Disks[i].Id] = Component("crucible_storage_backend", new()
            {
                ["request_json"] = Disks[i].Vcr,
                ["readonly"] = false,
            });
            components[Disks[i].Device] = Component("virtio_disk", new()
            {
                ["backend_id"] = Disks[i].Id,
                ["pci_path"] = new JsonObject { ["bus"] = 0, ["device"] = FirstDiskDevice + i, ["function"] = 0 },
            });
        }

        components["com1"] = Component("serial_port", new() { ["num"] = "com1" });
        components["boot-settings"] = Component("boot_settings", new()
        {
            ["order"] = new JsonArray([.. Disks.Select(disk => new JsonObject { ["id"] = disk.Device })]),
        });
        return components;
    }

    private static JsonObject Component(string type, JsonObject fields) =>
        new() { ["type"] = type, ["component"] = fields };
}
