using System.Net;
using PropolisActors.Cli.Client;

namespace PropolisActors.EndToEnd.Harness;

/// <summary>A disk of a VM, as whoever asks for the VM keeps it.</summary>
internal sealed record TestDisk(string Name, VcrBody Vcr)
{
    /// <summary>2 MiB in four extents.</summary>
    public static readonly RegionGeometry Geometry = new(BlockSizeBytes: 4096, BlocksPerExtent: 128, ExtentCount: 4);

    public static TestDisk On(string name, params IReadOnlyList<IPEndPoint> targets) =>
        new(name, new VcrBody(Guid.NewGuid(), Geometry, targets, Gen: 1));

    public InstanceDisk ForInstance => new(Name, Vcr.ToJson());

    public TestDisk With(int slot, IPEndPoint target, ulong gen) => this with { Vcr = Vcr.With(slot, target, gen) };

    public TestDisk WithGen(ulong gen) => this with { Vcr = Vcr with { Gen = gen } };
}
