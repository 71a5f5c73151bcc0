using System.Net;
using Crucible.Core.Upstairs;
using Crucible.Simulation;
using Crucible.Simulation.Checks;
using Crucible.Simulation.World;
using Crucible.Wire;

namespace PropolisActors.SystemSimulation.World;

/// <summary>
/// One network disk over all its life: its servers, what guests wrote to it, and what the control plane has recorded of it.
/// </summary>
internal sealed class SimulatedDisk
{
    private readonly DiskPlan _plan;
    private readonly Network _network;
    private readonly Setting _setting;
    private readonly SeededRandom _random;
    private readonly List<DiskServer> _servers = [];

    public SimulatedDisk(DiskPlan plan, Network network, Setting setting, SeededRandom random)
    {
        (_plan, _network, _setting, _random) = (plan, network, setting, random);
        Id = random.NextGuid();
        History = new VolumeHistory(plan.Shape);
        Cipher = plan.Key is { } key ? BlockCipher.Encrypted(plan.Shape.BlockSize, key) : null;
        Targets = [.. Enumerable.Range(0, ProtocolLimits.Slots).Select(machine => NewServer(machine).Address)];
    }

    /// <summary>Also the key of its backend.</summary>
    public Guid Id { get; }

    public VolumeShape Shape => _plan.Shape;

    public VolumeHistory History { get; }

    /// <summary>Null when blocks are plain.</summary>
    public BlockCipher? Cipher { get; }

    /// <summary>The control plane's record.</summary>
    public IPEndPoint[] Targets { get; set; }

    /// <summary>The control plane's record: raised before every start and every replacement.</summary>
    public ulong Generation { get; set; } = 10;

    /// <summary>All there ever were.</summary>
    public IReadOnlyList<DiskServer> Servers => _servers;

    public SeededRandom Random => _random;

    /// <summary>A new server with a blank region.</summary>
    /// <param name="machine">Those of one machine lose power together.</param>
    /// <param name="extents">Another number than the disk's makes it a wrong region; 0 for the disk's own.</param>
    public DiskServer NewServer(int machine, int extents = 0) =>
        AddServer(new IPEndPoint(IPAddress.Loopback, _setting.NextPort()), machine, extents);

    /// <summary>What listens at this address from now on is a server of another region.</summary>
    public void PutWrongRegionAt(IPEndPoint address)
    {
        var old = ServerAt(address);
        old.Kill();
        AddServer(address, old.MachineNumber, _plan.Shape.Extents + 1);
    }

    public DiskServer ServerAt(IPEndPoint address) => _servers.FindLast(server => server.Address.Equals(address))
        ?? throw new InvalidOperationException($"no server at {address}");

    /// <summary>The servers of an upstairs' slots.</summary>
    public DiskServer[] TargetsOf(RegionSetStatus status) => [.. status.Slots.Select(slot => ServerAt(slot.Target))];

    /// <summary>The VCR as the control plane has recorded it.</summary>
    public string Vcr() => Vcr(Targets, Generation);

    public string Vcr(IPEndPoint[] targets, ulong generation)
    {
        var key = _plan.Key is { } bytes ? $"\"{Convert.ToBase64String(bytes)}\"" : "null";
        return $$$"""
            {"type":"volume","id":"{{{Id}}}","block_size":{{{Shape.BlockSize}}},"read_only_parent":null,"sub_volumes":[
            {"type":"region","block_size":{{{Shape.BlockSize}}},"blocks_per_extent":{{{Shape.BlocksPerExtent}}},
            "extent_count":{{{Shape.Extents}}},"gen":{{{generation}}},"opts":{"id":"{{{Id}}}",
            "target":["{{{targets[0]}}}","{{{targets[1]}}}","{{{targets[2]}}}"],"lossy":false,"key":{{{key}}},"read_only":false}}]}
            """;
    }

    private DiskServer AddServer(IPEndPoint address, int machine, int extents)
    {
        var definition = new RegionDefinition(
            (ulong)Shape.BlockSize,
            new Block((ulong)Shape.BlocksPerExtent, (uint)ulong.Log2((ulong)Shape.BlockSize)),
            (uint)(extents > 0 ? extents : Shape.Extents), new RegionId(_random.NextGuid()), Encrypted: Cipher is not null);
        var server = new DiskServer(
            address, machine, new RegionStore(definition, StoreDefect.None, Cipher), readOnly: false, _network, _setting,
            _random.Fork());
        _network.Add(server);
        _servers.Add(server);
        server.Start();
        return server;
    }
}
