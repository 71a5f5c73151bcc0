using System.Linq.Expressions;
using System.Reflection;
using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>How to make an actor. Immutable; every With method returns a copy.</summary>
public class Props : IEquatable<Props>
{
    private readonly IIndirectActorProducer _producer;
    private readonly object?[] _arguments;

    private Props(
        IIndirectActorProducer producer,
        object?[] arguments,
        SupervisorStrategy? strategy,
        string? dispatcher = null,
        string? mailbox = null)
    {
        _producer = producer;
        _arguments = arguments;
        SupervisorStrategy = strategy!;
        Dispatcher = dispatcher ?? Dispatchers.DefaultDispatcherId;
        Mailbox = mailbox ?? "";
    }

    /// <summary>The actor's class.</summary>
    public Type Type => _producer.ActorType;

    /// <summary>Full name of the actor's class.</summary>
    public string TypeName => Type.AssemblyQualifiedName!;

    /// <summary>The constructor's arguments, the same objects for every incarnation.</summary>
    public object[] Arguments => (object[])_arguments.Clone();

    /// <summary>What the actor uses for its children unless it overrides the method; null when not given.</summary>
    public SupervisorStrategy SupervisorStrategy { get; }

    /// <summary>Configuration path of the dispatcher.</summary>
    public string Dispatcher { get; }

    /// <summary>Configuration path of the mailbox, empty when none was asked for.</summary>
    public string Mailbox { get; }

    /// <summary>From a <c>new</c> expression. Its arguments are evaluated now, once.</summary>
    /// <exception cref="ArgumentException">The body is neither a <c>new</c> nor a conversion.</exception>
    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy? supervisorStrategy = null)
        where TActor : ActorBase
    {
        ArgumentNullException.ThrowIfNull(factory);
        switch (factory.Body)
        {
            case NewExpression { Constructor: { } constructor } body:
                object?[] arguments = [.. body.Arguments.Select(ExpressionValue.Of)];
                return new Props(new ConstructorProducer(constructor, arguments), arguments, supervisorStrategy);
            case UnaryExpression:
                return new Props(new FactoryProducer<TActor>(factory.Compile()), [], supervisorStrategy);
            default:
                throw new ArgumentException("The create function must be a 'new T (args)' expression", nameof(factory));
        }
    }

    /// <summary>By the constructor that fits the arguments.</summary>
    public static Props Create<TActor>(params object[] args)
        where TActor : ActorBase
        => Create(typeof(TActor), args);

    /// <summary>By the parameterless constructor, with a strategy for the actor's children.</summary>
    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy)
        where TActor : ActorBase, new()
        => new(new ActivatorProducer(typeof(TActor), []), [], supervisorStrategy);

    /// <summary>By the constructor that fits the arguments.</summary>
    public static Props Create(Type type, params object[] args)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new Props(new ActivatorProducer(type, args ?? []), args ?? [], null);
    }

    /// <summary>By a producer, which is asked for every incarnation and told when one is released.</summary>
    public static Props CreateBy(IIndirectActorProducer producer, params object[] args)
    {
        ArgumentNullException.ThrowIfNull(producer);
        return new Props(producer, args ?? [], null);
    }

    /// <summary>A copy with another dispatcher.</summary>
    public Props WithDispatcher(string dispatcher)
        => new(_producer, _arguments, SupervisorStrategy, dispatcher, Mailbox);

    /// <summary>A copy with another mailbox.</summary>
    public Props WithMailbox(string mailbox) => new(_producer, _arguments, SupervisorStrategy, Dispatcher, mailbox);

    /// <summary>A copy with a strategy for the actor's children.</summary>
    public Props WithSupervisorStrategy(SupervisorStrategy strategy)
        => new(_producer, _arguments, strategy, Dispatcher, Mailbox);

    /// <inheritdoc/>
    public bool Equals(Props? other) => other is not null && Type == other.Type && Dispatcher == other.Dispatcher
        && Mailbox == other.Mailbox && ReferenceEquals(SupervisorStrategy, other.SupervisorStrategy)
        && _arguments.SequenceEqual(other._arguments);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Props);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, Dispatcher, _arguments.Length);

    internal ActorBase NewActor()
    {
        try
        {
            return _producer.Produce()
                ?? throw new InvalidOperationException($"The producer of {Type} returned no actor.");
        }
        catch (Exception cause)
        {
            throw new TypeLoadException(
                $"Error while creating actor instance of type {Type} with {_arguments.Length} args", cause);
        }
    }

    internal void Release(ActorBase actor) => _producer.Release(actor);

    private sealed class ConstructorProducer(ConstructorInfo constructor, object?[] arguments) : IIndirectActorProducer
    {
        public Type ActorType => constructor.DeclaringType!;

        public ActorBase Produce() => (ActorBase)constructor.Invoke(arguments);

        public void Release(ActorBase actor)
        {
        }
    }

    private sealed class ActivatorProducer(Type type, object?[] arguments) : IIndirectActorProducer
    {
        public Type ActorType => type;

        public ActorBase Produce() => (ActorBase)Activator.CreateInstance(type, arguments)!;

        public void Release(ActorBase actor)
        {
        }
    }

    private sealed class FactoryProducer<TActor>(Func<TActor> factory) : IIndirectActorProducer
        where TActor : ActorBase
    {
        public Type ActorType => typeof(TActor);

        public ActorBase Produce() => factory();

        public void Release(ActorBase actor)
        {
        }
    }
}
