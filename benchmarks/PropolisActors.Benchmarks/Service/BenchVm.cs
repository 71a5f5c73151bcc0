using System.Globalization;
using System.Net;
using System.Text.Json;
using PropolisActors.Cli.Client;

namespace PropolisActors.Benchmarks.Service;

/// <summary>One VM of the service that is measured, and the requests about it.</summary>
internal sealed class BenchVm
{
    private readonly string _path;
    private readonly List<VcrBody> _disks;
    private readonly Guid _id = Guid.NewGuid();

    /// <summary>Nothing is asked of the service yet.</summary>
    /// <param name="name">Its name in the service.</param>
    /// <param name="disks">How many.</param>
    /// <param name="servers">The three servers of each.</param>
    public BenchVm(string name, int disks, params IReadOnlyList<IPEndPoint> servers)
    {
        _path = $"/vms/{name}/instance";
        _disks = [.. Enumerable.Range(0, disks).Select(_ => new VcrBody(Guid.NewGuid(), ServerFarm.Geometry, servers, Gen: 1))];
    }

    public byte[] StatusRequest => KeptConnection.Request("GET", $"{_path}/disk/{DiskName(0)}/status");

    public async Task CreateAsync(KeptConnection http) => await http.MustAsync("PUT", _path, new InstanceBody(
        _id, "bench", [.. _disks.Select((disk, i) => new InstanceDisk(DiskName(i), disk.ToJson()))]).ToJson());

    public async Task PutStateAsync(KeptConnection http, string state) =>
        await http.MustAsync("PUT", $"{_path}/state", $"\"{state}\"");

    /// <summary>Follows the state monitor to a state.</summary>
    public async Task UntilAsync(KeptConnection http, string state)
    {
        for (ulong gen = 0; ;)
        {
            var body = await http.MustAsync(
                "GET", $"{_path}/state-monitor", $$"""{"gen":{{gen.ToString(CultureInfo.InvariantCulture)}}}""");
            using var seen = JsonDocument.Parse(body);
            var now = seen.RootElement.GetProperty("state").GetString();
            if (now == state)
                return;
            if (now is "Failed")
                throw new InvalidOperationException($"{_path} is {now} and not {state}");
            gen = seen.RootElement.GetProperty("gen").GetUInt64() + 1;
        }
    }

    /// <summary>Makes the request that puts another server into a slot of the first disk.</summary>
    public byte[] ReplaceRequest(int slot, IPEndPoint server)
    {
        _disks[0] = _disks[0].With(slot, server, _disks[0].Gen + 1);
        var body = JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["vcr_json"] = _disks[0].ToJson(),
        });
        return KeptConnection.Request("PUT", $"{_path}/disk/{DiskName(0)}/vcr", body);
    }

    private static string DiskName(int index) => $"disk-{index.ToString(CultureInfo.InvariantCulture)}";
}
