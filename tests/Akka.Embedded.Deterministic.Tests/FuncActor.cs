using Akka.Actor;

namespace Akka.Embedded.Deterministic.Tests;

/// <summary>An actor whose handler is a delegate.</summary>
public sealed class FuncActor(Action<object, IUntypedActorContext> handle) : UntypedActor
{
    public static Props Of(Action<object, IUntypedActorContext> handle) => Props.Create(() => new FuncActor(handle));

    /// <summary>Appends what it is told to a list.</summary>
    public static Props Into(List<object> list) => Of((message, _) => list.Add(message));

    /// <summary>Answers every message with itself.</summary>
    public static Props Echo() => Of((message, context) => context.Sender.Tell(message, context.Self));

    protected override void OnReceive(object message) => handle(message, Context);
}
