using Akka.Actor;
using Akka.Persistence;

namespace Akka.Conformance.Tests.Persistence;

/// <summary>A persistent actor whose command handler is a delegate, and which tells a reference all else that
/// happens.</summary>
public sealed class Persisting : UntypedPersistentActor
{
    private readonly Action<object, Persisting> _command;
    private readonly IActorRef _trace;

    public Persisting(string persistenceId, IActorRef trace, Action<object, Persisting> command, Recovery? recovery)
    {
        PersistenceId = persistenceId;
        _trace = trace;
        _command = command;
        Recovery = recovery ?? Recovery.Default;
    }

    public override string PersistenceId { get; }

    public override Recovery Recovery { get; }

    public IActorRef CommandSender => Sender;

    public static Props Of(
        string persistenceId, IActorRef trace, Action<object, Persisting> command, Recovery? recovery = null)
        => Props.Create(() => new Persisting(persistenceId, trace, command, recovery));

    /// <summary>Persists every text and answers it when it is stored; throws every exception.</summary>
    public static Props Storing(string persistenceId, IActorRef trace, Recovery? recovery = null)
        => Of(persistenceId, trace, Store, recovery);

    public static void Store(object message, Persisting actor)
    {
        switch (message)
        {
            case string text:
                actor.Persist(text, stored => actor.Tell((stored, actor.LastSequenceNr)));
                break;
            case Exception cause:
                throw cause;
            default:
                actor.Tell(message);
                break;
        }
    }

    public static IUntypedActorContext CurrentContext() => Context;

    /// <summary>Tells the tracing reference, from this actor.</summary>
    public void Tell(object message) => _trace.Tell(message, Self);

    public void Run(Func<Task> action) => RunTask(action);

    protected override void OnCommand(object message) => _command(message, this);

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case RecoveryCompleted:
                Tell(("recovered", LastSequenceNr));
                break;
            case SnapshotOffer offer:
                Tell(("snapshot", offer.Snapshot, offer.Metadata.SequenceNr));
                break;
            case string text when text.StartsWith("poison", StringComparison.Ordinal):
                throw new FormatException("cannot be read back");
            default:
                Tell(("replayed", message, LastSequenceNr));
                break;
        }
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
        => Tell(("failed", @event, sequenceNr, cause.Message));

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
        => Tell(("rejected", @event, sequenceNr, cause.Message));

    protected override void OnRecoveryFailure(Exception reason, object? message = null)
        => Tell(("recovery failed", reason.GetType(), message));
}
