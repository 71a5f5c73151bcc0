using Akka.Actor;
using Crucible.Core.Volumes;
using Propolis.Core.Lifecycle;
using Propolis.Core.Spec;
using Propolis.Machines;
using PropolisActors.Events;
using PropolisActors.Protocols;
using PropolisActors.Volumes;

namespace PropolisActors.Actors;

/// <summary>
/// Makes the parts of one VM: console, lifecycle, a volume for each network disk, and the machine. Contacts no server;
/// what cannot be made is told to the lifecycle as the reason of the failure.
/// </summary>
internal static class InstanceBuilder
{
    /// <summary>Fills in the actors of <paramref name="instance"/> and starts its lifecycle.</summary>
    /// <param name="context">The supervisor's; the actors become its children, watched.</param>
    /// <param name="instance">With properties and spec.</param>
    /// <param name="name">The VM.</param>
    /// <param name="parts">What to build with.</param>
    public static void Build(IActorContext context, Instance instance, VmName name, VmParts parts)
    {
        BuildLifecycle(context, instance, parts);
        var machine = BuildParts(context, instance, name, parts);
        instance.Lifecycle.Tell(new LifecycleProtocol.Begin(DisksOf(instance), machine, instance.BuildFailure));
    }

    /// <summary>Makes what a VM has before it is known what it is made of.</summary>
    public static void BuildLifecycle(IActorContext context, Instance instance, VmParts parts)
    {
        instance.Console = context.ActorOf(SerialConsole.Props(), $"console-{instance.Number}");
        var options = new VmOptions
        {
            StopGrace = parts.Options.StopGrace,
            ReclaimLimit = parts.Options.Migration.Reclaim,
        };
        instance.Lifecycle = context.Watch(context.ActorOf(
            Lifecycle.Props(options, parts.Time), $"lifecycle-{instance.Number}"));
    }

    /// <summary>Makes the rest of a VM that comes from another server, whose spec is known now.</summary>
    /// <returns>Why that is not possible, or null; the lifecycle has heard of it then.</returns>
    public static string? BuildArrival(IActorContext context, Instance instance, VmName name, VmParts parts)
    {
        if (BuildParts(context, instance, name, parts) is not { } machine)
            return instance.BuildFailure;
        instance.Lifecycle.Tell(new LifecycleProtocol.TargetBuilt(DisksOf(instance), machine));
        return null;
    }

    private static IMachine? BuildParts(IActorContext context, Instance instance, VmName name, VmParts parts)
    {
        instance.BuildFailure = SpecBuild.WhyNot(instance.Spec!, parts.Options.Limits);
        var disks = new List<MachineDisk>();
        if (instance.BuildFailure is null)
            AddDisks(context, instance, name, parts, disks);
        var machine = instance.BuildFailure is null ? MakeMachine(instance, name, parts, disks) : null;
        if (machine is not null)
            instance.Console.Tell(new SerialConsole.Connected(machine));
        return machine;
    }

    private static Propolis.Core.ValueList<SpecKey> DisksOf(Instance instance) =>
        Propolis.Core.ValueList.From(instance.Volumes.Keys.Order());

    /// <summary>Under which a volume's records are stored: the same for whoever writes and whoever reads them later.</summary>
    public static string JournalOf(VmName name, int number, SpecKey disk) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"vm/{name}/{number}/{disk}");

    private static void AddDisks(
        IActorContext context, Instance instance, VmName name, VmParts parts, List<MachineDisk> disks)
    {
        var bootOrder = instance.Spec!.BootOrder ?? [];
        // Boot devices first, in their order; the rest in the order of their keys.
        var ordered = instance.Spec!.Disks
            .OrderBy(disk => bootOrder.Contains(disk.DeviceKey) ? bootOrder.ToList().IndexOf(disk.DeviceKey) : int.MaxValue);
        foreach (var disk in ordered)
        {
            if (disk.Backend is not Component.CrucibleStorageBackend backend)
            {
                instance.BuildFailure = $"disk {disk.DeviceKey}: this machine has no storage of the kind of {disk.BackendKey}";
                return;
            }

            if (AddVolume(context, instance, name, parts, disk.BackendKey, backend) is not { } host)
                return;
            disks.Add(new MachineDisk(disk.BackendKey.ToString(), bootOrder.Contains(disk.DeviceKey), host.Device));
        }
    }

    private static IVolumeHost? AddVolume(IActorContext context, Instance instance, VmName name, VmParts parts,
        SpecKey key, Component.CrucibleStorageBackend backend)
    {
        switch (VolumeMachine.Create(new VcrText(backend.RequestJson)))
        {
            case VolumeCreation.Refused refused:
                instance.BuildFailure = $"disk {key}: volume construction request: {refused.Error}";
                return null;
            case VolumeCreation.Created created:
                IActorRef self = ActorRefs.Nobody;
                // The host exists before its actor; news that comes before the first demand is of no interest.
                IVolumeHost host;
                try
                {
                    host = parts.Volumes.Create(
                        created.Start.State.Vcr, regionSet => Volatile.Read(ref self).Tell(new VolumeActor.StatusChanged(regionSet)));
                }
                catch (IOException e)
                {
                    instance.BuildFailure = $"disk {key}: volume construction request: {e.Message}";
                    return null;
                }

                var volume = context.Watch(context.ActorOf(
                    VolumeActor.Props(new VolumeActor.VolumeSetup(
                        key, JournalOf(name, instance.Number, key), parts.Journal, created.Start, host,
                        instance.Lifecycle, parts.Options.StopGrace, parts.Options.SnapshotDeadline, new VolumeWatch(name, key, parts.Time))),
                    $"volume-{instance.Number}-{instance.Volumes.Count}"));
                Volatile.Write(ref self, volume);
                instance.Volumes.Add(key, volume);
                return host;
            case var other:
                throw new System.Diagnostics.UnreachableException($"{other}");
        }
    }

    private static IMachine MakeMachine(Instance instance, VmName name, VmParts parts, List<MachineDisk> disks)
    {
        var (console, lifecycle) = (instance.Console, instance.Lifecycle);
        var board = instance.Spec!.Spec.Board;
        return parts.Machines.Create(new MachineConfig(name.Value, board.Cpus, board.MemoryMib, disks), news =>
        {
            switch (news)
            {
                case MachineEvent.SerialOutput output:
                    console.Tell(new SerialConsole.FromGuest(output.Data), ActorRefs.NoSender);
                    break;
                case MachineEvent.SerialInputDropped:
                    break;
                default:
                    lifecycle.Tell(new LifecycleProtocol.FromMachine(news), ActorRefs.NoSender);
                    break;
            }
        });
    }
}
