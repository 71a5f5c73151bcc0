using Akka.Actor;

namespace Akka.Conformance.Tests;

/// <summary>An actor whose handler is a delegate.</summary>
public sealed class FuncActor : UntypedActor
{
    private readonly Action<object, IUntypedActorContext> _handle;
    private readonly SupervisorStrategy? _strategy;

    public FuncActor(Action<object, IUntypedActorContext> handle, SupervisorStrategy? strategy)
    {
        _handle = handle;
        _strategy = strategy;
    }

    public static Props Of(Action<object, IUntypedActorContext> handle, SupervisorStrategy? strategy = null)
        => Props.Create(() => new FuncActor(handle, strategy));

    /// <summary>Answers every message with itself.</summary>
    public static Props Echo() => Of((message, context) => context.Sender.Tell(message, context.Self));

    /// <summary>Throws every exception it is told and answers everything else with itself.</summary>
    public static Props Failing() => Of((message, context) =>
    {
        if (message is Exception cause)
            throw cause;
        context.Sender.Tell(message, context.Self);
    });

    /// <summary>Creates a child of every Props it is told and answers with its reference.</summary>
    public static Props Spawner(SupervisorStrategy? strategy = null) => Of(
        (message, context) =>
        {
            if (message is Props props)
                context.Sender.Tell(context.ActorOf(props), context.Self);
        },
        strategy);

    protected override void OnReceive(object message) => _handle(message, Context);

    protected override SupervisorStrategy SupervisorStrategy() => _strategy ?? base.SupervisorStrategy();
}
