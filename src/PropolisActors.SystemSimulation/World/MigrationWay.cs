using Akka.Actor;
using Crucible.Simulation;
using Propolis.Core.Lifecycle;
using Propolis.Core.Migration;
using PropolisActors.Protocols;

namespace PropolisActors.SystemSimulation.World;

/// <summary>
/// The way between the two ends of a migration, in the place of the WebSocket of the HTTP interface: messages in order, each
/// with its delay, encoded and read again. It can be held, and broken.
/// </summary>
internal sealed class MigrationWay
{
    private static readonly TimeSpan OutcomeEvery = TimeSpan.FromSeconds(1);
    private readonly SystemWorld _world;
    private readonly VmName _source;
    private readonly Queue<Action> _held = new();
    private readonly End _targetEnd;
    private readonly End _sourceEnd;
    private DateTimeOffset _last;
    private bool _isHeld;

    public MigrationWay(SystemWorld world, VmName source)
    {
        (_world, _source) = (world, source);
        _targetEnd = new End(world, this, "target");
        _sourceEnd = new End(world, this, "source");
        (_targetEnd.Peer, _sourceEnd.Peer) = (_sourceEnd, _targetEnd);
    }

    /// <summary>Given to the target's service with its creation.</summary>
    public IActorRef Link => _targetEnd.Ref;

    /// <summary>Nothing passes; what is sent meanwhile follows when that ends.</summary>
    public bool IsHeld
    {
        get => _isHeld;
        set
        {
            _isHeld = value;
            while (!_isHeld && _held.TryDequeue(out var delivery))
                Later(delivery);
        }
    }

    /// <summary>Both ends hear that it is gone.</summary>
    public void Break()
    {
        _held.Clear();
        _targetEnd.TellLost();
        _sourceEnd.TellLost();
    }

    private void Pass(Action delivery)
    {
        if (_isHeld)
            _held.Enqueue(delivery);
        else
            Later(delivery);
    }

    private void Later(Action delivery)
    {
        var due = _world.Now + _world.Network.Delay();
        _last = due > _last ? due : _last.AddTicks(1);
        _world.Clock.At(_last, delivery);
    }

    /// <summary>One end.</summary>
    private sealed class End
    {
        private readonly MigrationWay _way;
        private IActorRef _migration = ActorRefs.Nobody;
        private Guid _id;
        private bool _isOver;

        public End(SystemWorld world, MigrationWay way, string name)
        {
            _way = way;
            Ref = world.System.System.ActorOf(Inbox.Into(Take), $"link-{name}-{world.NextLink()}");
        }

        public IActorRef Ref { get; }

        public End Peer { get; set; } = null!;

        public void TellLost()
        {
            if (!_isOver)
                _migration.Tell(new MigrationProtocol.LinkLost("the way is gone"), Ref);
            _isOver = true;
        }

        private void Take(object message, IActorRef sender)
        {
            switch (message)
            {
                case MigrationProtocol.Connect connect:
                    (_migration, _id) = (sender, connect.To.MigrationId);
                    _way.Pass(() => _way._world.Service.Directory.Tell(
                        new VmProtocol.MigrateOut(_way._source, _id, Peer.Ref), Peer.Ref));
                    break;
                case VmProtocol.MigratingOut source:
                    _migration = source.Migration;
                    _way.Pass(() => Peer._migration.Tell(new MigrationProtocol.LinkOpen(), Peer.Ref));
                    break;
                case VmProtocol.Refused:
                    _way.Pass(Peer.TellLost);
                    break;
                case MigrationProtocol.SendWord word:
                    _way.Pass(() => Peer._migration.Tell(new MigrationProtocol.Word(word.Text), Peer.Ref));
                    break;
                case MigrationProtocol.Send send:
                    var frame = ThroughCodec(send.What);
                    _way.Pass(() => Peer._migration.Tell(new MigrationProtocol.Frame(frame), Peer.Ref));
                    break;
                case MigrationProtocol.AskOutcome:
                    AskOutcome();
                    break;
                case VmProtocol.Instance instance:
                    OnOutcome(instance.State.Migrations.Out);
                    break;
                case MigrationProtocol.Close:
                    _isOver = true;
                    _way.Pass(Peer.TellLost);
                    break;
                default:
                    break;
            }
        }

        private void AskOutcome() => _way._world.Clock.After(
            OutcomeEvery, () => _way._world.Service.Directory.Tell(new VmProtocol.GetInstance(_way._source), Ref));

        private void OnOutcome(MigrationStatus? status)
        {
            if (status is { State: MigrationState.Finish or MigrationState.Error } && status.Id == _id)
                _migration.Tell(new MigrationProtocol.Outcome(status.State == MigrationState.Finish), Ref);
            else
                AskOutcome();
        }

        private static MigrationFrame ThroughCodec(MigrationFrame frame) =>
            MigrationFrameCodec.TryRead(MigrationFrameCodec.Write(frame), out var read)
                ? read
                : throw new SimulationFailure("Codec", $"{frame.GetType().Name} did not survive being sent");
    }
}
