using Akka.Actor;
using Propolis.Core.Spec;
using PropolisActors.Protocols;

namespace PropolisActors.Gateway.Migration;

/// <summary>
/// Stands for the way to another server among the actors: hands on what is to be sent. At the target it also opens the way,
/// and asks the source apart when it was lost.
/// </summary>
internal sealed class MigrationLink : ReceiveActor
{
    private readonly MigrationSockets _sockets;
    private readonly MigrationWire _wire;
    private readonly VmName _vm;
    private readonly CancellationTokenSource _ended;
    private IActorRef _migration = ActorRefs.Nobody;
    private InstanceInit.MigrationTarget? _source;
    private bool _isClosed;

    public MigrationLink(MigrationSockets sockets, MigrationWire wire, VmName vm, CancellationToken stopping)
    {
        (_sockets, _wire, _vm) = (sockets, wire, vm);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);

        Receive<MigrationProtocol.Connect>(OnConnect);
        Receive<MigrationProtocol.SendWord>(m => Send(new WireMessage.Word(m.Text)));
        Receive<MigrationProtocol.Send>(m => Send(new WireMessage.Frame(m.What)));
        Receive<MigrationProtocol.Taken>(_ => _wire.Room.Release());
        Receive<MigrationProtocol.AskOutcome>(_ => OnAskOutcome());
        Receive<MigrationProtocol.Outcome>(m => _migration.Tell(m));
        Receive<MigrationProtocol.Close>(_ => OnClose());
        Receive<Gone>(OnGone);
    }

    /// <summary>The socket's loops are over.</summary>
    private sealed record Gone(string Why);

    public static Props Props(MigrationSockets sockets, MigrationWire wire, VmName vm, CancellationToken stopping) =>
        Akka.Actor.Props.Create(() => new MigrationLink(sockets, wire, vm, stopping));

    protected override void PostStop()
    {
        _wire.Unsent.Writer.TryComplete();
        _ended.Cancel();
        _ended.Dispose();
    }

    private void OnConnect(MigrationProtocol.Connect command)
    {
        (_migration, _source) = (Sender, command.To);
        _ = _sockets.ConnectAsync(command.To, _vm, _wire, Sender, _ended.Token).PipeTo(
            Self, success: why => new Gone(why), failure: error => new Gone(error.Message));
    }

    private void Send(WireMessage message)
    {
        if (!_wire.Unsent.Writer.TryWrite(message))
            _wire.Unsent.Writer.TryComplete();
    }

    private void OnAskOutcome()
    {
        if (_source is { } source)
        {
            _ = _sockets.AskOutcomeAsync(source, _vm, _ended.Token).PipeTo(
                Self, success: finished => new MigrationProtocol.Outcome(finished), failure: error => new Gone(error.Message));
        }
    }

    private void OnClose()
    {
        _isClosed = true;
        _wire.Unsent.Writer.TryComplete();
        // Nobody waits for this actor's socket at a source: whoever accepted it stops this actor.
        if (_source is null)
            return;
        Context.SetReceiveTimeout(_sockets.CloseTime);
        Receive<ReceiveTimeout>(_ => Context.Stop(Self));
    }

    private void OnGone(Gone gone)
    {
        if (_isClosed)
            Context.Stop(Self);
        else
            _migration.Tell(new MigrationProtocol.LinkLost(gone.Why));
    }
}
