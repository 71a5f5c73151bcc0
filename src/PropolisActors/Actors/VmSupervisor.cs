using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using Propolis.Core.Api;
using Propolis.Core.Lifecycle;
using Propolis.Core.Spec;
using PropolisActors.Events;
using PropolisActors.Journal;
using PropolisActors.Protocols;

namespace PropolisActors.Actors;

// Owns one VM name: the instance that bears it now, its children, its published state and who waits for that. It never
// waits for a child: a command is answered from what was published, or handed on to the child that answers it.
//
// What it would have to remember over a restart is stored before it is shown: an instance before it is built and its
// creation answered, a state before clients see it. VmSupervisor.Journal.cs has that half.

/// <summary>Keeps one VM: answers from its published state and hands every other command to the actor that decides it.</summary>
public sealed partial class VmSupervisor : ReceiveActor
{
    private readonly VmName _name;
    private readonly VmParts _parts;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<Guid, Waiter> _waiters = [];
    private Instance? _instance;

    public VmSupervisor(VmName name, VmParts parts, bool isRemembered)
    {
        _name = name;
        _parts = parts;
        _isRemembered = isRemembered;
        _journal = new JournalWriter<PendingWrite>(Context, $"vm/{name}", parts.Journal);

        Receive<VmProtocol.Ensure>(OnEnsure);
        ReceiveMigrations();
        Receive<VmProtocol.GetInstance>(_ => Sender.Tell(InstanceFacts()));
        Receive<VmProtocol.PutState>(OnPutState);
        Receive<VmProtocol.Monitor>(OnMonitor);
        Receive<VmProtocol.Unmonitor>(m => _waiters.Remove(m.Waiter));
        Receive<VmProtocol.ReplaceVcr>(OnReplaceVcr);
        Receive<VmProtocol.GetDiskStatus>(OnGetDiskStatus);
        Receive<VmProtocol.Snapshot>(OnSnapshot);
        Receive<VmProtocol.InjectNmi>(_ => OnInjectNmi());
        Receive<SerialProtocol.GetHistory>(ForwardToConsole);
        Receive<SerialProtocol.Attach>(ForwardToConsole);

        Receive<LifecycleProtocol.Published>(m => OfCurrent(instance => OnPublished(instance, m)));
        Receive<LifecycleProtocol.PublishedMigrating>(m => OfCurrent(instance => Publish(
            instance, PublishedState.Migrating(instance.Newest, m.Direction, m.Migration, m.At), m.At)));
        Receive<LifecycleProtocol.Facts>(m => OfCurrent(instance => OnFacts(instance, m)));
        Receive<LifecycleProtocol.DemandVolumes>(m => OfCurrent(i => i.TellVolumes(new VolumeProtocol.Demand(m.Active))));
        Receive<LifecycleProtocol.ReclaimVolumes>(m => OfCurrent(
            i => i.TellVolumes(new VolumeProtocol.Reclaim(m.GenerationMin))));
        Receive<LifecycleProtocol.ForceVolumes>(_ => OfCurrent(i => i.TellVolumes(new VolumeProtocol.Force())));
        Receive<LifecycleProtocol.Ended>(_ => OfCurrent(OnEnded));
        Receive<VolumeProtocol.VcrStored>(OnVcrStored);
        Receive<JournalProtocol.News>(OnJournal);
        Receive<Terminated>(OnChildGone);
    }

    /// <summary>The recipe for one.</summary>
    /// <param name="name">The name it keeps.</param>
    /// <param name="parts">What to build with.</param>
    /// <param name="isRemembered">An earlier run of the service knew the name; what it stored is taken up first, and
    /// <see cref="VmProtocol.Recovered"/> told to the parent then.</param>
    public static Props Props(VmName name, VmParts parts, bool isRemembered) =>
        Akka.Actor.Props.Create(() => new VmSupervisor(name, parts, isRemembered));

    // A child that meets a bug has lost what it knew. It is stopped, and OnChildGone says what that means for the VM.
    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    protected override void PreStart()
    {
        if (_isRemembered)
            _journal.Open();
    }

    protected override void PostStop()
    {
        foreach (var waiter in _waiters.Values)
            waiter.ReplyTo.Tell(new VmProtocol.Refused(ApiError.MonitorNeverSatisfied(waiter.Gen)));
        _instance?.AnswerEnsure(new VmProtocol.Refused(ApiError.Internal));
    }

    private void OnEnsure(VmProtocol.Ensure command)
    {
        if (_instance is { HasEnded: false } || _isCreating)
            Refuse(ApiError.AlreadyInitialized);
        else
            StoreInstance(command);
    }

    private void Build(VmProtocol.Ensure command, int number, IActorRef asker)
    {
        _waiters.Clear();
        _instance = new Instance(number, command.Properties, command.Spec, asker);
        InstanceBuilder.Build(Context, _instance, _name, _parts);
    }

    private void OnPutState(VmProtocol.PutState command)
    {
        if (_instance is { IsEnding: false } instance)
            instance.Lifecycle.Tell(new LifecycleProtocol.PutState(command.State, Sender));
        else
            Refuse(ApiError.NoInstance);
    }

    private void OnMonitor(VmProtocol.Monitor command)
    {
        switch (MonitorDecision.For(command.Gen, _instance?.Published?.Current, _instance?.HasEnded ?? false))
        {
            case MonitorAnswer.AnswerNow:
                Sender.Tell(new VmProtocol.Monitored(_instance!.Published!.Current));
                break;
            case MonitorAnswer.Gone:
                Refuse(ApiError.MonitorNeverSatisfied(command.Gen));
                break;
            case MonitorAnswer.NoInstance:
                Refuse(ApiError.NoInstance);
                break;
            case MonitorAnswer.Wait when _waiters.Count >= _parts.Options.MonitorsMax:
                Refuse(ApiError.Busy($"{_parts.Options.MonitorsMax} state monitors wait on this VM already"));
                break;
            case MonitorAnswer.Wait:
                _waiters[command.Waiter] = new Waiter(command.Gen, Sender);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void OnReplaceVcr(VmProtocol.ReplaceVcr command)
    {
        var canonical = SpecKey.Parse(command.DiskAsGiven).ToString();
        if (VolumeOf(command.DiskAsGiven, ApiError.NoCrucibleBackend(canonical)) is { } volume)
            volume.Tell(new VolumeProtocol.Replace(command.VcrJson, Sender));
    }

    private void OnGetDiskStatus(VmProtocol.GetDiskStatus command)
    {
        if (VolumeOf(command.DiskAsGiven, ApiError.NoCrucibleBackend(command.DiskAsGiven)) is { } volume)
            volume.Tell(new VolumeProtocol.GetStatus(Sender));
    }

    private void OnSnapshot(VmProtocol.Snapshot command)
    {
        if (VolumeOf(command.DiskAsGiven, ApiError.NoDisk(command.DiskAsGiven)) is { } volume)
            volume.Tell(new VolumeProtocol.Snapshot(command.SnapshotId, Sender));
    }

    private void OnInjectNmi()
    {
        if (_instance is not { IsEnding: false } instance)
        {
            Refuse(ApiError.NoInstance);
            return;
        }

        instance.Lifecycle.Tell(new LifecycleProtocol.InjectNmi());
        Sender.Tell(new VmProtocol.NmiInjected());
    }

    /// <summary>The volume a disk route names, or null when the sender has been refused.</summary>
    private IActorRef? VolumeOf(string diskAsGiven, ApiError notFound)
    {
        if (_instance is not { IsEnding: false } instance)
            Refuse(ApiError.NoInstance);
        else if (!instance.Volumes.TryGetValue(SpecKey.Parse(diskAsGiven), out var volume))
            Refuse(notFound);
        else
            return volume;
        return null;
    }

    private void ForwardToConsole(VmProtocol.ICommand command)
    {
        if (_instance is { IsEnding: false } instance)
            instance.Console.Forward(command);
        else
            Refuse(ApiError.NoInstance);
    }

    private void Refuse(ApiError why) => Sender.Tell(new VmProtocol.Refused(why));

    private object InstanceFacts() => _instance switch
    {
        _ when _unreadable is { } why => new VmProtocol.Refused(ApiError.JournalUnreadable(why)),
        { Published: { } published } instance =>
            new VmProtocol.Instance(instance.Properties, instance.Spec, published.Current, instance.FailureReason),
        _ => new VmProtocol.Refused(ApiError.NoInstance),
    };

    /// <summary>Acts on news of the current instance's lifecycle; that of an earlier one is stale.</summary>
    private void OfCurrent(Action<Instance> act)
    {
        if (_instance is { } instance && instance.Lifecycle.Equals(Sender))
            act(instance);
    }

    private void OnPublished(Instance instance, LifecycleProtocol.Published message)
    {
        var next = instance.Newest is { } newest
            ? newest.Next(message.State, message.At)
            : PublishedState.First(message.State, message.At);
        Publish(instance, next, message.At);
    }

    private void Publish(Instance instance, PublishedState next, DateTimeOffset at)
    {
        next = WithoutUnfinished(next);
        instance.Newest = next;
        if (instance.IsStored)
            StoreState(instance, next, at);
        else
            Show(instance, next);
    }

    /// <summary>Clients may see it now.</summary>
    private void Show(Instance instance, PublishedState state)
    {
        instance.Published = state;
        instance.HasEnded = state.Current.State is InstanceState.Destroyed or InstanceState.Failed;
        AnswerWaiters(instance);
        Announce(instance);
        Context.System.EventStream.Publish(new ServiceEvent.VmStateChanged(
            _name, _parts.Time.GetUtcNow(), instance.Properties.Id, state.Current, instance.FailureReason));
        if (instance.HasEnded)
            instance.AnswerEnsure(new VmProtocol.Refused(ApiError.Internal));
        else if (instance is { BuildFailure: null, Arrival: null })
            instance.AnswerEnsure(new VmProtocol.Ensured());
    }

    private void AnswerWaiters(Instance instance)
    {
        var current = instance.Published!.Current;
        foreach (var (id, waiter) in _waiters.ToList())
        {
            object? answer = MonitorDecision.For(waiter.Gen, current, instance.HasEnded) switch
            {
                MonitorAnswer.AnswerNow => new VmProtocol.Monitored(current),
                MonitorAnswer.Gone => new VmProtocol.Refused(ApiError.MonitorNeverSatisfied(waiter.Gen)),
                _ => null,
            };
            if (answer is null)
                continue;
            waiter.ReplyTo.Tell(answer);
            _waiters.Remove(id);
        }
    }

    private void OnFacts(Instance instance, LifecycleProtocol.Facts facts)
    {
        instance.WaitsFor = facts.WaitsFor;
        instance.FailureReason = facts.FailureReason ?? instance.FailureReason;
        instance.Outcome = facts.Outcome ?? instance.Outcome;
        Announce(instance);
    }

    private void Announce(Instance instance)
    {
        if (instance.Published is { } published)
            Context.Parent.Tell(new VmProtocol.VmSummary(
                _name, instance.Properties.Id, published.Current, instance.FailureReason, [.. instance.WaitsFor], instance.Outcome));
    }

    private void OnVcrStored(VolumeProtocol.VcrStored message)
    {
        if (_instance is { } instance && instance.Volumes.TryGetValue(message.Disk, out var volume) && volume.Equals(Sender))
            instance.Spec = instance.Spec?.WithRequestJson(message.Disk, message.VcrJson);
    }

    private void OnEnded(Instance instance)
    {
        instance.IsEnding = true;
        foreach (var migration in _migrations.Keys)
            migration.Tell(new MigrationProtocol.Abort("the VM has ended"));
        instance.TellVolumes(new VolumeProtocol.End());
        instance.Console.Tell(new SerialConsole.End());
        // Behind everything already sent to it, so that each of those is still answered.
        instance.Lifecycle.Tell(PoisonPill.Instance);
    }

    private void OnChildGone(Terminated message)
    {
        if (OnMigrationGone(message.ActorRef))
            return;
        if (_instance is not { IsEnding: false } instance)
            return;
        if (instance.Lifecycle.Equals(message.ActorRef))
        {
            _log.Error("the lifecycle of {0} ended by a defect; its disks are let go", _name);
            instance.FailureReason = "internal error in the VM's lifecycle; the log has the details";
            instance.TellVolumes(new VolumeProtocol.Force());
            instance.TellVolumes(new VolumeProtocol.End());
            instance.Console.Tell(new SerialConsole.End());
            instance.IsEnding = true;
            OnPublished(instance, new LifecycleProtocol.Published(InstanceState.Failed, _parts.Time.GetUtcNow()));
        }
        else if (instance.DiskOf(message.ActorRef) is { } disk)
        {
            _log.Error("the volume actor of disk {0} of {1} ended by a defect", disk, _name);
            instance.Volumes.Remove(disk);
            instance.Lifecycle.Tell(new VolumeProtocol.Report.Failed(disk, "internal error in the volume; the log has the details"));
        }
    }

    private sealed record Waiter(ulong Gen, IActorRef ReplyTo);
}
