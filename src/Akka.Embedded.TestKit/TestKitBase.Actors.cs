using System.Linq.Expressions;
using Akka.Actor;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>Creates an actor below <c>/user</c>.</summary>
    public IActorRef ActorOf(Props props) => Sys.ActorOf(props);

    /// <summary>Creates a named actor below <c>/user</c>.</summary>
    public IActorRef ActorOf(Props props, string name) => Sys.ActorOf(props, name);

    /// <summary>Creates an actor by its parameterless constructor.</summary>
    public IActorRef ActorOf<TActor>()
        where TActor : ActorBase, new()
        => Sys.ActorOf(Props.Create<TActor>());

    /// <summary>Creates a named actor by its parameterless constructor.</summary>
    public IActorRef ActorOf<TActor>(string name)
        where TActor : ActorBase, new()
        => Sys.ActorOf(Props.Create<TActor>(), name);

    /// <summary>Creates an actor by a <c>new</c> expression.</summary>
    public IActorRef ActorOf<TActor>(Expression<Func<TActor>> factory)
        where TActor : ActorBase
        => Sys.ActorOf(Props.Create(factory));

    /// <summary>Creates a named actor by a <c>new</c> expression.</summary>
    public IActorRef ActorOf<TActor>(Expression<Func<TActor>> factory, string name)
        where TActor : ActorBase
        => Sys.ActorOf(Props.Create(factory), name);

    /// <summary>A selection by path.</summary>
    public ActorSelection ActorSelection(ActorPath actorPath) => Sys.ActorSelection(actorPath);

    /// <summary>A selection by path.</summary>
    public ActorSelection ActorSelection(string actorPath) => Sys.ActorSelection(actorPath);

    /// <summary>A selection from an actor on.</summary>
    public ActorSelection ActorSelection(IActorRef anchorRef, string actorPath)
        => SelectionParser.Parse((ActorSystemImpl)Sys, (IInternalActorRef)anchorRef, actorPath);

    /// <summary>Another test actor on the same system.</summary>
    public virtual TestProbe CreateTestProbe(string? name = null) => CreateTestProbe(Sys, name);

    /// <summary>A test actor on another system.</summary>
    public virtual TestProbe CreateTestProbe(ActorSystem system, string? name = null)
        => new(system, _assertions, name);

    /// <summary>Creates a child of the test actor.</summary>
    public IActorRef ChildActorOf(
        Props props,
        string name,
        SupervisorStrategy supervisorStrategy,
        CancellationToken cancellationToken = default)
        => Spawn(props, name, supervisorStrategy, cancellationToken);

    /// <summary>Creates a child of the test actor.</summary>
    public IActorRef ChildActorOf(
        Props props, SupervisorStrategy supervisorStrategy, CancellationToken cancellationToken = default)
        => Spawn(props, null, supervisorStrategy, cancellationToken);

    /// <summary>Creates a child of the test actor.</summary>
    public IActorRef ChildActorOf(Props props, string name, CancellationToken cancellationToken = default)
        => Spawn(props, name, null, cancellationToken);

    /// <summary>Creates a child of the test actor.</summary>
    public IActorRef ChildActorOf(Props props, CancellationToken cancellationToken = default)
        => Spawn(props, null, null, cancellationToken);

    /// <summary>Creates a child of the test actor.</summary>
    public IActorRef ChildActorOf<T>(CancellationToken cancellationToken = default)
        where T : ActorBase
        => Spawn(Props.Create<T>(), null, null, cancellationToken);

    private IActorRef Spawn(Props props, string? name, SupervisorStrategy? strategy, CancellationToken token)
        => Block(Until(TestActor.Ask<IActorRef>(
            new TestActor.Spawn(props, name, strategy), Dilated(TestKitSettings.DefaultTimeout), token)));
}
