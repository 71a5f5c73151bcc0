using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Everything one actor is made of besides the user's instance: mailbox, behaviour stack, children, watches.</summary>
/// <remarks>
/// Split by concern: this file is the context the user sees, <c>.Mailbox</c> the queues and turns, <c>.Handling</c> one
/// message, <c>.Lifecycle</c> start, restart and stop, <c>.Faults</c> failures of itself and of children, <c>.Watching</c>
/// death watch. All state but the queues and the child list is touched on the actor's own turn only.
/// </remarks>
internal sealed partial class ActorCell : IUntypedActorContext
{
    [ThreadStatic]
    private static ActorCell? _current;

    private static readonly AsyncLocal<IActorRef?> AmbientSender = new();

    // Behaviours that became; below them is always the instance's own.
    private Stack<Receive>? _behaviours;
    private Receive? _ownBehaviour;
    private TimeSpan? _receiveTimeout;
    private ICancelable? _receiveTimeoutTask;

    internal ActorCell(ActorSystemImpl system, IInternalActorRef parent, Props props, MessageDispatcher dispatcher, ActorPath path)
    {
        SystemImpl = system;
        ParentRef = parent;
        Props = props;
        SelfRef = new LocalActorRef(path, this);
        Children = new ChildList(this);
        Dispatcher = dispatcher;
        _observer = system.Observer;
        _throughput = _observer is null ? dispatcher.Throughput : 1;
    }

    /// <summary>The actor whose turn this thread is executing.</summary>
    internal static ActorCell? Current => _current;

    /// <summary>The actor on this thread, a test kit's test actor, or null.</summary>
    internal static IActorRef CurrentSelfOrNoSender => _current?.SelfRef ?? AmbientSender.Value!;

    /// <summary>What <see cref="SetAmbientSender"/> set last in this flow of control.</summary>
    internal static IActorRef? AmbientSenderOrNull => AmbientSender.Value;

    internal ActorSystemImpl SystemImpl { get; }

    internal IInternalActorRef ParentRef { get; }

    internal LocalActorRef SelfRef { get; }

    internal ChildList Children { get; }

    internal ActorBase? Instance { get; private set; }

    public IActorRef Self => SelfRef;

    public IActorRef Sender => _message.Sender ?? SystemImpl.DeadLetters;

    public IActorRef Parent => ParentRef;

    public ActorSystem System => SystemImpl;

    public Props Props { get; }

    public MessageDispatcher Dispatcher { get; }

    public TimeSpan? ReceiveTimeout => _receiveTimeout;

    /// <summary>Makes plain tells from this flow of control, outside any actor, come from <paramref name="sender"/>.</summary>
    internal static void SetAmbientSender(IActorRef? sender) => AmbientSender.Value = sender;

    public IActorRef ActorOf(Props props, string? name = null) => Children.Create(props, name);

    public ActorSelection ActorSelection(ActorPath actorPath) => SystemImpl.ActorSelection(actorPath);

    public ActorSelection ActorSelection(string actorPath) => SelectionParser.Parse(SystemImpl, SelfRef, actorPath);

    public IActorRef Child(string name) => Children.Find(name);

    public IEnumerable<IActorRef> GetChildren() => Children.Living();

    public void Stop(IActorRef child)
    {
        Children.MarkStopping(child);
        (child as IInternalActorRef)?.SendSystemMessage(new SystemMessage.Terminate());
    }

    public void Become(Receive receive)
    {
        UnbecomeStacked();
        BecomeStacked(receive);
    }

    public void BecomeStacked(Receive receive) => (_behaviours ??= new()).Push(receive);

    public void UnbecomeStacked() => _behaviours?.TryPop(out _);

    public void Become(UntypedReceive receive) => Become(Always(receive));

    public void BecomeStacked(UntypedReceive receive) => BecomeStacked(Always(receive));

    public void SetReceiveTimeout(TimeSpan? timeout)
    {
        _receiveTimeout = timeout;
        DisarmReceiveTimeout();
        // Inside a handler the clock starts when the handler ends.
        if (timeout is not null && !_handling)
            ArmReceiveTimeout();
    }

    private static Receive Always(UntypedReceive receive) => message =>
    {
        receive(message);
        return true;
    };

    private void ArmReceiveTimeout()
    {
        if (_receiveTimeout is not { } timeout || _stage == Stage.Stopped)
            return;
        _receiveTimeoutTask?.Cancel();
        var cancelable = new Cancelable(SystemImpl.Scheduler.Advanced);
        _receiveTimeoutTask = cancelable;
        SystemImpl.Scheduler.ScheduleTellOnce(timeout, SelfRef, Actor.ReceiveTimeout.Instance, SelfRef, cancelable);
    }

    private void DisarmReceiveTimeout()
    {
        _receiveTimeoutTask?.Cancel();
        _receiveTimeoutTask = null;
    }
}
