using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Propolis.Core.Api;
using Propolis.Core.Lifecycle;
using Propolis.Core.Spec;
using PropolisActors.Actors;
using PropolisActors.Protocols;

namespace PropolisActors.Tests;

/// <summary>
/// One VM with two network disks, whose servers and machine do what the test says. Time stands still unless the test
/// advances it.
/// </summary>
public abstract class VmTestKit : TestKit
{
    private const string Hocon = """
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        akka.loglevel = WARNING
        akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
        akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
        """;

    internal static readonly Guid Alpha = Guid.Parse("aaaaaaaa-0000-4000-8000-000000000001");
    internal static readonly Guid Beta = Guid.Parse("bbbbbbbb-0000-4000-8000-000000000001");
    internal static readonly VmName Vm = VmName.Default;

    private static readonly ImmutableSortedDictionary<SpecKey, Component> OneDisk =
        ImmutableSortedDictionary<SpecKey, Component>.Empty
            .Add(SpecKey.Parse("com1"), new Component.SerialPort(SerialPortNumber.Com1))
            .Add(SpecKey.Parse("disk-a"), new Component.VirtioDisk(SpecKey.Of(Alpha), new PciPath(0, 16, 0)))
            .Add(SpecKey.Of(Alpha), new Component.CrucibleStorageBackend(Vcr(Alpha, 1, 1, 2, 3), false));

    protected VmTestKit()
        : base(ConfigurationFactory.ParseString(Hocon))
    {
        Directory = Sys.ActorOf(VmDirectory.Props(new VmParts(Machine, Volumes, ServiceOptions.Default, TimeProvider.System)), "vms");
        Directory.Tell(new VmProtocol.GetReady());
        ExpectMsg<VmProtocol.Ready>();
    }

    protected ScriptedVolumes Volumes { get; } = new();

    protected ScriptedMachine Machine { get; } = new(static _ => { });

    protected IActorRef Directory { get; }

    protected TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    /// <summary>A VCR of one region on ports of this host.</summary>
    internal static string Vcr(Guid disk, ulong generation, params ReadOnlySpan<int> ports) => $$$"""
        {"type":"volume","id":"{{{disk}}}","block_size":512,"read_only_parent":null,"sub_volumes":[{"type":"region",
        "block_size":512,"blocks_per_extent":100,"extent_count":15,"gen":{{{generation}}},"opts":{"id":"{{{disk}}}","target":
        ["127.0.0.1:{{{ports[0]}}}","127.0.0.1:{{{ports[1]}}}","127.0.0.1:{{{ports[2]}}}"],"lossy":false,"read_only":false}}]}
        """;

    protected void Ensure()
    {
        Directory.Tell(EnsureCommand());
        ExpectMsg<VmProtocol.Ensured>();
    }

    internal static VmProtocol.Ensure EnsureCommand(string? betaVcr = null)
        => EnsureCommand(OneDisk
            .Add(SpecKey.Parse("disk-b"), new Component.VirtioDisk(SpecKey.Of(Beta), new PciPath(0, 17, 0)))
            .Add(SpecKey.Of(Beta), new Component.CrucibleStorageBackend(betaVcr ?? Vcr(Beta, 1, 4, 5, 6), false)));

    /// <summary>Creates a VM of the disk alpha alone.</summary>
    internal static VmProtocol.Ensure EnsureOneDiskCommand()
        => EnsureCommand(OneDisk);

    internal static VmProtocol.Ensure EnsureCommand(ImmutableSortedDictionary<SpecKey, Component> components)
    {
        var properties = new InstanceProperties(
            Guid.Parse("cccccccc-0000-4000-8000-000000000001"), "vm", "",
            new InstanceMetadata(Guid.Empty, Guid.Empty, Guid.Empty, "serial", "model", 0));
        var spec = new InstanceSpec(new Board(2, 512, false, new GuestHypervisorInterface.Bhyve(), null), components, null);
        Assert.True(SpecValidator.TryValidate(spec, out var validated, out var detail), detail);
        return new VmProtocol.Ensure(Vm, properties, validated);
    }

    protected void Put(StateRequest state)
    {
        Directory.Tell(new VmProtocol.PutState(Vm, state));
        ExpectMsg<VmProtocol.StateAccepted>();
    }

    /// <summary>Waits for that generation and says what was published with it or after it.</summary>
    protected InstanceStateSnapshot Monitor(ulong gen)
    {
        Directory.Tell(new VmProtocol.Monitor(Vm, Guid.NewGuid(), gen));
        return ExpectMsg<VmProtocol.Monitored>().State;
    }

    protected ApiError ExpectRefused() => ExpectMsg<VmProtocol.Refused>().Why;

    protected void Replace(Guid disk, string vcr) =>
        Directory.Tell(new VmProtocol.ReplaceVcr(Vm, disk.ToString(), vcr));

    /// <summary>A VM whose guest runs, at generation 3.</summary>
    protected void EnsureRunning()
    {
        Ensure();
        Put(StateRequest.Run);
        Volumes[Alpha].BecomeActive();
        Volumes[Beta].BecomeActive();
        Assert.Equal(InstanceState.Running, Monitor(3).State);
    }

    /// <summary>Both volumes let go cleanly as soon as they are asked to.</summary>
    protected void LetVolumesGo()
    {
        Volumes[Alpha].FinishDeactivation();
        Volumes[Beta].FinishDeactivation();
    }
}
