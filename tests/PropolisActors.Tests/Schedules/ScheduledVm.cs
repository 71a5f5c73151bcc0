using Akka.Actor;
using Akka.Deterministic;
using Propolis.Core.Lifecycle;
using PropolisActors.Actors;
using PropolisActors.Protocols;

namespace PropolisActors.Tests.Schedules;

/// <summary>One VM in a deterministic system, and everybody who asks it something.</summary>
internal sealed class ScheduledVm
{
    private const int AskersMade = 5;

    private readonly List<(object Command, List<object> Answers)> _asked = [];
    private readonly IActorRef _directory;
    private readonly Queue<(IActorRef Ref, List<object> Answers)> _idle = [];

    public ScheduledVm(DeterministicSystem system, VmProtocol.Ensure ensure)
    {
        System = system;
        var parts = new VmParts(Machine, Volumes, ServiceOptions.Default, system.Time) { Journal = InstantJournal.Props };
        _directory = system.System.ActorOf(VmDirectory.Props(parts), "vms");
        // Made beforehand, so that their start is no part of the orders explored.
        for (var i = 0; i < AskersMade; i++)
            _idle.Enqueue(MakeAsker());
        system.Settle();
        Ask(ensure);
        system.Settle();
    }

    public DeterministicSystem System { get; }

    public ScriptedVolumes Volumes { get; } = new();

    public ScriptedMachine Machine { get; } = new(static _ => { });

    /// <summary>Sends a command at some moment from now on, from an asker of its own.</summary>
    public void Ask(VmProtocol.ICommand command)
    {
        var (asker, answers) = _idle.TryDequeue(out var idle) ? idle : MakeAsker();
        _asked.Add((command, answers));
        System.TellConcurrently(_directory, command, asker);
    }

    /// <summary>A name for a wait, the same in every run.</summary>
    public Guid NextWaiter() => new(_asked.Count, 0, 0, new byte[8]);

    public void Put(StateRequest state) => Ask(new VmProtocol.PutState(VmTestKit.Vm, state));

    public void Replace(Guid disk, ulong generation, params ReadOnlySpan<int> ports)
        => Ask(new VmProtocol.ReplaceVcr(VmTestKit.Vm, disk.ToString(), VmTestKit.Vcr(disk, generation, ports)));

    public bool IsEveryoneAnswered => _asked.TrueForAll(asked => asked.Answers.Count > 0);

    /// <summary>Everybody has one answer, and nobody two.</summary>
    public void CheckEveryoneIsAnswered()
    {
        foreach (var (command, answers) in _asked)
            Assert.True(answers.Count == 1, $"{command} was answered {answers.Count} times");
    }

    /// <summary>What a client is told the VM is in now.</summary>
    public InstanceState State()
    {
        var answer = System.Await(_directory.Ask<object>(new VmProtocol.GetInstance(VmTestKit.Vm)), TimeSpan.Zero);
        return Assert.IsType<VmProtocol.Instance>(answer).State.State;
    }

    private (IActorRef Ref, List<object> Answers) MakeAsker()
    {
        var answers = new List<object>();
        return (System.System.ActorOf(Asker.Into(answers)), answers);
    }
}
