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
    private readonly VmParts _parts;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly SortedDictionary<string, VmProtocol.VmSummary> _summaries = new(StringComparer.Ordinal);
    private readonly Dictionary<VmName, IActorRef> _supervisors = [];
    private readonly HashSet<VmName> _recovering = [];
    private readonly List<IActorRef> _awaitingReady = [];
    private readonly JournalWriter<Naming> _journal;
    private string? _unreadable;
    private bool _replayed;

    public VmDirectory(VmParts parts)
    {
        _parts = parts;
        _journal = new JournalWriter<Naming>(Context, "vms", parts.Journal);

        Receive<VmProtocol.ICreation>(OnEnsure);
        Receive<VmProtocol.ICommand>(OnCommand);
        Receive<VmProtocol.GetVms>(_ => Sender.Tell(new VmProtocol.VmList([.. _summaries.Values])));
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
        if (_supervisors.TryGetValue(command.Vm, out var supervisor) && !_recovering.Contains(command.Vm))
            supervisor.Forward(command);
        else if (!IsReady)
            RefuseNotReady();
        else if (_supervisors.Count >= _parts.Options.VmsMax)
            Sender.Tell(new VmProtocol.Refused(ApiError.Busy($"this service holds {_parts.Options.VmsMax} VMs already")));
        else if (!_journal.TryWrite(new JournalEvent.VmNamed(command.Vm), new Naming(command, Sender)))
            Sender.Tell(new VmProtocol.Refused(ApiError.Busy("too many VMs are being created")));
    }

    private void OnCommand(VmProtocol.ICommand command)
    {
        if (!IsReady)
            RefuseNotReady();
        else if (_supervisors.TryGetValue(command.Vm, out var supervisor))
            supervisor.Forward(command);
        else if (command is not VmProtocol.Unmonitor)
            Sender.Tell(new VmProtocol.Refused(ApiError.NoInstance));
    }

    private void RefuseNotReady() => Sender.Tell(new VmProtocol.Refused(_unreadable is { } why
        ? ApiError.JournalUnreadable(why)
        : ApiError.Busy("this service has just started and is still reading its journal")));

    private void OnGetReady()
    {
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
                OnNamed(_journal.Take(written));
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
        foreach (var name in replayed.Events.OfType<JournalEvent.VmNamed>().Select(e => e.Vm).Distinct())
        {
            _recovering.Add(name);
            MakeSupervisor(name, isRemembered: true);
        }

        _replayed = true;
        AnswerReady();
    }

    private void OnRecovered(VmName name)
    {
        _recovering.Remove(name);
        AnswerReady();
    }

    private void OnNamed(Naming naming)
    {
        var name = naming.Command.Vm;
        if (!_supervisors.TryGetValue(name, out var supervisor))
            supervisor = MakeSupervisor(name, isRemembered: false);
        supervisor.Tell(naming.Command, naming.Asker);
    }

    private void OnJournalFailed(JournalProtocol.Failed failed)
    {
        _log.Error("the journal of the VM names failed: {0}", failed.Reason);
        foreach (var naming in _journal.Take(failed))
            naming.Asker.Tell(new VmProtocol.Refused(ApiError.NotStored(failed.Reason)));
        if (_replayed)
            return;
        _unreadable = failed.Reason;
        AnswerReady();
    }

    private IActorRef MakeSupervisor(VmName name, bool isRemembered)
    {
        var supervisor = Context.Watch(Context.ActorOf(VmSupervisor.Props(name, _parts, isRemembered), name.Value));
        _supervisors.Add(name, supervisor);
        return supervisor;
    }

    private void OnSupervisorGone(Terminated message)
    {
        var name = _supervisors.Single(entry => entry.Value.Equals(message.ActorRef)).Key;
        _supervisors.Remove(name);
        _summaries.Remove(name.Value);
        Context.System.EventStream.Publish(new ServiceEvent.VmGone(name, _parts.Time.GetUtcNow()));
        OnRecovered(name);
    }

    /// <summary>A creation that waits for its name to be stored.</summary>
    private sealed record Naming(VmProtocol.ICreation Command, IActorRef Asker);
}
