using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Crucible.Simulation;
using Propolis.Core.Lifecycle;
using Propolis.Core.Spec;
using PropolisActors.Protocols;

namespace PropolisActors.SystemSimulation.World;

/// <summary>One VM as its control plane sees it: what it may ask of it, in the words of the contract.</summary>
/// <param name="name">Its name in the service.</param>
/// <param name="disks">In boot order.</param>
/// <param name="world">Where it is.</param>
internal sealed class SimulatedVm(string name, IReadOnlyList<SimulatedDisk> disks, SystemWorld world)
{
    private readonly List<Reply> _asked = [];
    private readonly Guid _id = world.Random.NextGuid();

    public string Name => name;

    /// <summary>The name as the actors know it.</summary>
    public VmName Vm => VmName.TryParse(name, out var vm) ? vm.Value : throw new FormatException($"'{name}' is no VM's name");

    public IReadOnlyList<SimulatedDisk> Disks => disks;

    /// <summary>Everything that was asked, oldest first.</summary>
    public IReadOnlyList<Reply> Asked => _asked;

    /// <summary>As it last published itself; null before it was created.</summary>
    public InstanceState? State => world.Lives.StateOf(name);

    public bool HasEnded => world.Lives.HasEnded(name);

    /// <summary>Null before it was created.</summary>
    public VirtualMachine? Machine => world.Service.Machines.Of(name);

    public Reply Ensure() => Ensure(static disk => disk.Vcr());

    /// <summary>Creates it.</summary>
    /// <param name="vcrOf">With which VCR each disk begins.</param>
    public Reply Ensure(Func<SimulatedDisk, string> vcrOf) => Send("PUT", "instance", EnsureBody(vcrOf));

    public Reply Put(string state) => Send("PUT", "instance/state", $"\"{state}\"");

    public Reply Spec() => Send("GET", "instance/spec");

    public Reply Status(SimulatedDisk disk) => Send("GET", $"instance/disk/{disk.Id}/status");

    public Reply Waiting() => Send("GET", "waiting");

    /// <summary>Waits for that generation.</summary>
    public Reply Monitor(ulong gen) => Send("GET", "instance/state-monitor", $$"""{"gen":{{gen}}}""");

    /// <summary>
    /// Creates it as the target of a migration of another VM here. Its disks' VCRs have the control plane's present generation.
    /// </summary>
    /// <remarks>Through the actors: the HTTP route opens a real connection to the other server.</remarks>
    public Reply MigrateFrom(MigrationWay way)
    {
        var reply = Noted(new Reply($"PUT /vms/{name}/instance as a target", null) { Arrived = world.Now });
        var components = disks.ToImmutableSortedDictionary(
            disk => SpecKey.Of(disk.Id), disk => (Component)new Component.CrucibleStorageBackend(disk.Vcr(), false));
        var nothing = new InstanceMetadata(Guid.Empty, Guid.Empty, Guid.Empty, "none", "none", 1);
        var command = new VmProtocol.MigrateIn(
            Vm, new InstanceProperties(_id, name, "simulated", nothing),
            new InstanceInit.MigrationTarget(world.Random.NextGuid(), new IPEndPoint(IPAddress.Loopback, 1), components),
            "127.0.0.1:2", way.Link);
        var client = world.System.System.ActorOf(Inbox.Into((answer, _) => reply.Answer(
            answer is VmProtocol.Refused refused ? refused.Why.Status : 201, [], world.Now)));
        world.Service.Directory.Tell(command, client);
        return reply;
    }

    /// <summary>Hands a disk a VCR.</summary>
    public Reply Replace(SimulatedDisk disk, string vcr) => Checked(
        Send("PUT", $"instance/disk/{disk.Id}/vcr", BodyOf(vcr)), disk, vcr);

    /// <summary>The same, before whatever is asked next. Only from within a step.</summary>
    public Reply ReplaceNow(SimulatedDisk disk, string vcr) => Checked(
        SendNow("PUT", $"instance/disk/{disk.Id}/vcr", BodyOf(vcr)), disk, vcr);

    public Reply Send(string method, string path, string? body = null) =>
        Noted(world.Service.Send(method, $"/vms/{name}/{path}", body));

    /// <summary>The same, before whatever is asked next. Only from within a step.</summary>
    public Reply SendNow(string method, string path, string? body = null) =>
        Noted(world.Service.SendNow(method, $"/vms/{name}/{path}", body));

    /// <summary>Asks, and waits for the answer.</summary>
    /// <exception cref="SimulationFailure">None came in the time in which each must.</exception>
    public Reply Await(Reply reply) => Await(reply, AnswerTime);

    /// <summary>The same for what may take longer.</summary>
    public Reply Await(Reply reply, TimeSpan limit)
    {
        if (!world.RunUntil(() => reply.IsOver, limit))
            throw new SimulationFailure("L4", $"{reply} within {limit.TotalSeconds:0} s");
        return reply;
    }

    /// <summary>Existing clients give up after 15 s; nothing asked here waits for a disk.</summary>
    public static TimeSpan AnswerTime { get; } = TimeSpan.FromSeconds(13);

    private static string BodyOf(string vcr) => new JsonObject { ["vcr_json"] = vcr }.ToJsonString();

    private Reply Checked(Reply reply, SimulatedDisk disk, string vcr)
    {
        reply.WhenOver = over => world.Replacements.Answered(name, disk.Id, vcr, over);
        return reply;
    }

    private Reply Noted(Reply reply)
    {
        _asked.Add(reply);
        return reply;
    }

    private string EnsureBody(Func<SimulatedDisk, string> vcrOf)
    {
        var components = new JsonObject { ["com1"] = Component("serial_port", new() { ["num"] = "com1" }) };
        for (var i = 0; i < disks.Count; i++)
        {
            components[disks[i].Id.ToString()] = Component("crucible_storage_backend", new()
            {
                ["request_json"] = vcrOf(disks[i]),
                ["readonly"] = false,
            });
            components[$"disk-{i}"] = Component("virtio_disk", new()
            {
                ["backend_id"] = disks[i].Id.ToString(),
                ["pci_path"] = new JsonObject { ["bus"] = 0, ["device"] = 16 + i, ["function"] = 0 },
            });
        }

        var none = Guid.Empty.ToString();
        return new JsonObject
        {
            ["properties"] = new JsonObject
            {
                ["id"] = _id.ToString(),
                ["name"] = name,
                ["description"] = "simulated",
                ["metadata"] = new JsonObject
                {
                    ["silo_id"] = none,
                    ["project_id"] = none,
                    ["sled_id"] = none,
                    ["sled_serial"] = "none",
                    ["sled_model"] = "none",
                    ["sled_revision"] = 1,
                },
            },
            ["init"] = new JsonObject
            {
                ["method"] = "Spec",
                ["value"] = new JsonObject
                {
                    ["spec"] = new JsonObject
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
                        ["components"] = components,
                    },
                },
            },
        }.ToJsonString();
    }

    private static JsonObject Component(string type, JsonObject fields) =>
        new() { ["type"] = type, ["component"] = fields };
}
