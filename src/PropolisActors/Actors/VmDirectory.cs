using Akka.Actor;
using Akka.Event;
using Propolis.Core.Api;
using PropolisActors.Events;
using PropolisActors.Journal;
using PropolisActors.Protocols;

namespace PropolisActors.Actors;

/// <summary>
/// Finds the supervisor of a VM by its name, making one when a VM is created. Everything sent to a VM that does not
/// exist is answered here. It remembers over a restart which names there are.
/// </summary>
public sealed class VmDirectory : ReceiveActor
{
    /// <summary>Probes that may wait for the journal to be taken up.</summary>
    private const int AwaitingReadyMax = 1024;

    private static readonly ApiError NoSuchVm = new(404, "NoSuchVm", "there is no VM of this name");

    private readonly VmParts _parts;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly SortedDictionary<string, VmProtocol.VmSummary> _summaries = new(StringComparer.Ordinal);
    private readonly Dictionary<VmName, IActorRef> _supervisors = [];
    private readonly HashSet<VmName> _recovering = [];
    private readonly List<IActorRef> _awaitingReady = [];
    private readonly JournalWriter<PendingWrite> _journal;
    private readonly Dictionary<VmName, IActorRef> _deleting = [];
    private string? _unreadable;
    private int _instancesBefore;
    private bool _replayed;

    public VmDirectory(VmParts parts)
    {
        _parts = parts;
        _journal = new JournalWriter<PendingWrite>(Context, "vms", parts.Journal);

        Receive<VmProtocol.ICreation>(OnEnsure);
        Receive<VmProtocol.Delete>(OnDelete);
        Receive<VmProtocol.MayBeDeleted>(OnMayBeDeleted);
        Receive<VmProtocol.ICommand>(OnCommand);
        Receive<VmProtocol.GetVms>(_ => Sender.Tell(new VmProtocol.VmList([.. _summaries.Values])));
        Receive<VmProtocol.GetSummary>(m => Sender.Tell(_summaries.TryGetValue(m.Vm.Value, out var summary)
            ? summary
            : new VmProtocol.Refused(ApiError.NoInstance)));
        Receive<VmProtocol.GetReady>(_ => OnGetReady());
        Receive<VmProtocol.VmSummary>(m => _summaries[m.Name.Value] = m);
        Receive<VmProtocol.Recovered>(m => OnRecovered(m.Vm));
        Receive<JournalProtocol.News>(OnJournal);
        Receive<Terminated>(OnSupervisorGone);
    }

    private bool IsReady => _replayed && _recovering.Count == 0;

    public static Props Props(VmParts parts) => Akka.Actor.Props.Create(() => new VmDirectory(parts));

    // A supervisor that meets a bug has lost what it knew; it is stopped, and its name is free again.
    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    protected override void PreStart() => _journal.Open();

    private void OnEnsure(VmProtocol.ICreation command)
    {
        if (_deleting.ContainsKey(command.Vm))
            Sender.Tell(new VmProtocol.Refused(ApiError.Busy("the VM of this name is being deleted")));
        else if (_supervisors.TryGetValue(command.Vm, out var supervisor) && !_recovering.Contains(command.Vm))
            supervisor.Forward(command);
        else if (!IsReady)
            RefuseNotReady();
        else if (_supervisors.Count >= _parts.Options.VmsMax)
            Sender.Tell(new VmProtocol.Refused(ApiError.Busy($"this service holds {_parts.Options.VmsMax} VMs already")));
        else if (!_journal.TryWrite(new JournalEvent.VmNamed(command.Vm), new PendingWrite.Naming(command, Sender)))
            Sender.Tell(new VmProtocol.Refused(ApiError.Busy("too many VMs are being created")));
    }

    private void OnCommand(VmProtocol.ICommand command)
    {
        if (!IsReady)
            RefuseNotReady();
        else if (FindVm(command.Vm) is { } supervisor)
            supervisor.Forward(command);
        else if (command is not VmProtocol.Unmonitor)
            Sender.Tell(new VmProtocol.Refused(ApiError.NoInstance));
    }

    /// <summary>Null for a VM that is being taken down after its deletion as well: nobody would answer there.</summary>
    private IActorRef? FindVm(VmName name) => _deleting.ContainsKey(name) ? null : _supervisors.GetValueOrDefault(name);

    private void OnDelete(VmProtocol.Delete command)
    {
        if (!IsReady)
            RefuseNotReady();
        else if (FindVm(command.Vm) is { } supervisor)
            supervisor.Forward(command);
        else
            Sender.Tell(new VmProtocol.Refused(NoSuchVm));
    }

    private void OnMayBeDeleted(VmProtocol.MayBeDeleted may)
    {
        if (!_journal.TryWrite(
            new JournalEvent.VmForgotten(may.Vm, may.Number), new PendingWrite.Forgetting(may.Vm, may.Number, Sender, may.Asker)))
            Keep(Sender, may.Asker, ApiError.Busy("too many VMs are being created and deleted"));
    }

    private static void Keep(IActorRef supervisor, IActorRef asker, ApiError why)
    {
        supervisor.Tell(new VmProtocol.StayAlive());
        asker.Tell(new VmProtocol.Refused(why));
    }

    private void RefuseNotReady() => Sender.Tell(new VmProtocol.Refused(_unreadable is { } why
        ? ApiError.JournalUnreadable(why)
        : ApiError.Busy("this service has just started and is still reading its journal")));

    private void OnGetReady()
    {
        if (_awaitingReady.Count >= AwaitingReadyMax)
        {
            Sender.Tell(new VmProtocol.NotReady("this service is still reading its journal"));
            return;
        }

        _awaitingReady.Add(Sender);
        AnswerReady();
    }

    private void AnswerReady()
    {
        if (!IsReady && _unreadable is null)
            return;
        object answer = _unreadable is { } why ? new VmProtocol.NotReady(why) : new VmProtocol.Ready(_supervisors.Count);
        foreach (var asker in _awaitingReady)
            asker.Tell(answer);
        _awaitingReady.Clear();
    }

    private void OnJournal(JournalProtocol.News news)
    {
        switch (news)
        {
            case var _ when !_journal.IsCurrent(news):
                // Stale: of a journal that was given up.
                break;
            case JournalProtocol.Replayed replayed when !_replayed:
                OnReplayed(replayed);
                break;
            case JournalProtocol.Replayed:
                break;
            case JournalProtocol.Written written:
                OnStored(_journal.Take(written));
                break;
            case JournalProtocol.Failed failed:
                OnJournalFailed(failed);
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"{news}");
        }
    }

    private void OnReplayed(JournalProtocol.Replayed replayed)
    {
        // With each name, how many instances were counted when it was given: those are none of its own.
        var names = new Dictionary<VmName, int>();
        foreach (var @event in replayed.Events)
        {
            if (@event is JournalEvent.VmNamed named)
                names.TryAdd(named.Vm, _instancesBefore);
            else if (@event is JournalEvent.VmForgotten forgotten)
                OnForgotten(forgotten.Number, () => names.Remove(forgotten.Vm));
        }

        foreach (var (name, instancesBefore) in names)
        {
            _recovering.Add(name);
            MakeSupervisor(name, isRemembered: true, instancesBefore);
        }

        _replayed = true;
        AnswerReady();
    }

    private void OnRecovered(VmName name)
    {
        _recovering.Remove(name);
        AnswerReady();
    }

    private void OnForgotten(int number, Action forget)
    {
        _instancesBefore = Math.Max(_instancesBefore, number);
        forget();
    }

    private void OnStored(PendingWrite what)
    {
        switch (what)
        {
            case PendingWrite.Naming naming:
                OnNamed(naming);
                break;
            case PendingWrite.Forgetting forgetting:
                OnForgotten(forgetting.Number, () => Forget(forgetting));
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"{what}");
        }
    }

    /// <summary>The name is free when its supervisor is gone, which answers first what was sent to it before.</summary>
    private void Forget(PendingWrite.Forgetting forgetting)
    {
        if (_supervisors.GetValueOrDefault(forgetting.Vm) is { } supervisor && supervisor.Equals(forgetting.Supervisor))
        {
            _deleting.Add(forgetting.Vm, forgetting.Asker);
            supervisor.Tell(PoisonPill.Instance);
        }
        else
        {
            // It ended by a defect meanwhile.
            forgetting.Asker.Tell(new VmProtocol.Deleted());
        }
    }

    private void OnNamed(PendingWrite.Naming naming)
    {
        var name = naming.Command.Vm;
        if (!_supervisors.TryGetValue(name, out var supervisor))
            supervisor = MakeSupervisor(name, isRemembered: false, _instancesBefore);
        supervisor.Tell(naming.Command, naming.Asker);
    }

    private void OnJournalFailed(JournalProtocol.Failed failed)
    {
        _log.Error("the journal of the VM names failed: {0}", failed.Reason);
        foreach (var write in _journal.Take(failed))
        {
            if (write is PendingWrite.Forgetting forgetting)
                Keep(forgetting.Supervisor, forgetting.Asker, ApiError.NotStored(failed.Reason));
            else
                write.Asker.Tell(new VmProtocol.Refused(ApiError.NotStored(failed.Reason)));
        }

        if (_replayed)
            return;
        _unreadable = failed.Reason;
        AnswerReady();
    }

    private IActorRef MakeSupervisor(VmName name, bool isRemembered, int instancesBefore)
    {
        var supervisor = Context.Watch(Context.ActorOf(VmSupervisor.Props(name, _parts, isRemembered, instancesBefore), name.Value));
        _supervisors.Add(name, supervisor);
        return supervisor;
    }

    private void OnSupervisorGone(Terminated message)
    {
        var name = _supervisors.Single(entry => entry.Value.Equals(message.ActorRef)).Key;
        _supervisors.Remove(name);
        _summaries.Remove(name.Value);
        Context.System.EventStream.Publish(new ServiceEvent.VmGone(name, _parts.Time.GetUtcNow()));
        if (_deleting.Remove(name, out var asker))
            asker.Tell(new VmProtocol.Deleted());
        OnRecovered(name);
    }

    /// <summary>Something that waits to be stored.</summary>
    /// <param name="Asker">Who waits for the answer.</param>
    private abstract record PendingWrite(IActorRef Asker)
    {
        /// <summary>A creation under a new name.</summary>
        public sealed record Naming(VmProtocol.ICreation Command, IActorRef Asker) : PendingWrite(Asker);

        /// <summary>A deletion.</summary>
        public sealed record Forgetting(VmName Vm, int Number, IActorRef Supervisor, IActorRef Asker) : PendingWrite(Asker);
    }
}
