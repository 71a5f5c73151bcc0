using Akka.Actor;
using Propolis.Core.Api;
using PropolisActors.Protocols;

namespace PropolisActors.Actors;

/// <summary>
/// Finds the supervisor of a VM by its name, making one when a VM is created. Everything sent to a VM that does not
/// exist is answered here.
/// </summary>
public sealed class VmDirectory : ReceiveActor
{
    private readonly VmParts _parts;
    private readonly SortedDictionary<string, VmProtocol.VmSummary> _summaries = new(StringComparer.Ordinal);
    private readonly Dictionary<VmName, IActorRef> _supervisors = [];

    public VmDirectory(VmParts parts)
    {
        _parts = parts;

        Receive<VmProtocol.Ensure>(OnEnsure);
        Receive<VmProtocol.ICommand>(OnCommand);
        Receive<VmProtocol.GetVms>(_ => Sender.Tell(new VmProtocol.VmList([.. _summaries.Values])));
        Receive<VmProtocol.VmSummary>(m => _summaries[m.Name.Value] = m);
        Receive<Terminated>(OnSupervisorGone);
    }

    public static Props Props(VmParts parts) => Akka.Actor.Props.Create(() => new VmDirectory(parts));

    // A supervisor that meets a bug has lost what it knew; it is stopped, and its name is free again.
    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    private void OnEnsure(VmProtocol.Ensure command)
    {
        if (!_supervisors.TryGetValue(command.Vm, out var supervisor))
        {
            if (_supervisors.Count >= _parts.Options.VmsMax)
            {
                Sender.Tell(new VmProtocol.Refused(ApiError.Busy($"this service holds {_parts.Options.VmsMax} VMs already")));
                return;
            }

            supervisor = Context.Watch(Context.ActorOf(VmSupervisor.Props(command.Vm, _parts), command.Vm.Value));
            _supervisors.Add(command.Vm, supervisor);
        }

        supervisor.Forward(command);
    }

    private void OnCommand(VmProtocol.ICommand command)
    {
        if (_supervisors.TryGetValue(command.Vm, out var supervisor))
            supervisor.Forward(command);
        else if (command is not VmProtocol.Unmonitor)
            Sender.Tell(new VmProtocol.Refused(ApiError.NoInstance));
    }

    private void OnSupervisorGone(Terminated message)
    {
        var name = _supervisors.Single(entry => entry.Value.Equals(message.ActorRef)).Key;
        _supervisors.Remove(name);
        _summaries.Remove(name.Value);
    }
}
