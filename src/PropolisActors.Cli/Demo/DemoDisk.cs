using System.Net;
using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Demo;

/// <summary>One of the VM's disks as the control plane keeps it: its name and its construction request.</summary>
internal sealed record DemoDisk(string Name, VcrBody Vcr)
{
    public InstanceDisk ForInstance => new(Name, Vcr.ToJson());

    public DemoDisk With(int slot, IPEndPoint target, ulong gen) => this with { Vcr = Vcr.With(slot, target, gen) };

    public DemoDisk WithGen(ulong gen) => this with { Vcr = Vcr with { Gen = gen } };
}
