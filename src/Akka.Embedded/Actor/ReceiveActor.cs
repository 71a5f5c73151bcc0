namespace Akka.Actor;

/// <summary>An actor whose handlers are registered by type, in the constructor or a Become delegate.</summary>
public abstract class ReceiveActor : UntypedActor, IInitializableActor
{
    private readonly HandlerList _own = new();
    private HandlerList? _open;

    /// <summary>Opens the registration of the first behaviour.</summary>
    protected ReceiveActor() => _open = _own;

    void IInitializableActor.Init() => _open = null;

    /// <inheritdoc/>
    protected sealed override void OnReceive(object message) => Run(_own, message);

    /// <summary>Replaces the behaviour on top of the stack by the handlers that the delegate registers.</summary>
    protected void Become(Action configure)
    {
        var handlers = Configure(configure);
        Become((UntypedReceive)(message => Run(handlers, message)));
    }

    /// <summary>Pushes the handlers that the delegate registers.</summary>
    protected void BecomeStacked(Action configure)
    {
        var handlers = Configure(configure);
        BecomeStacked((UntypedReceive)(message => Run(handlers, message)));
    }

    /// <summary>Handles messages of type T for which the predicate, if given, holds.</summary>
    protected void Receive<T>(Action<T> handler, Predicate<T>? shouldHandle = null)
        => Open().Add(handler, shouldHandle);

    /// <summary>Handles messages of type T for which the predicate, if given, holds.</summary>
    protected void Receive<T>(Predicate<T>? shouldHandle, Action<T> handler) => Receive(handler, shouldHandle);

    /// <summary>Handles messages of type T; false passes the message to later handlers.</summary>
    protected void Receive<T>(Func<T, bool> handler) => Open().Add(handler);

    /// <summary>Handles messages of the type for which the predicate, if given, holds.</summary>
    protected void Receive(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null)
        => Receive(handler, HandlerList.OfType(messageType, shouldHandle));

    /// <summary>Handles messages of the type for which the predicate, if given, holds.</summary>
    protected void Receive(Type messageType, Predicate<object>? shouldHandle, Action<object> handler)
        => Receive(handler, HandlerList.OfType(messageType, shouldHandle));

    /// <summary>Handles messages of the type; false passes the message to later handlers.</summary>
    protected void Receive(Type messageType, Func<object, bool> handler) => Open().Add(messageType, handler);

    /// <summary>Handles messages of type T asynchronously; the next message waits for the task.</summary>
    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Receive(message => RunTask(() => handler(message)), shouldHandle);
    }

    /// <summary>Handles messages of type T asynchronously; the next message waits for the task.</summary>
    protected void ReceiveAsync<T>(Predicate<T>? shouldHandle, Func<T, Task> handler)
        => ReceiveAsync(handler, shouldHandle);

    /// <summary>Handles messages of the type asynchronously; the next message waits for the task.</summary>
    protected void ReceiveAsync(Type messageType, Func<object, Task> handler, Predicate<object>? shouldHandle = null)
        => ReceiveAsync(handler, HandlerList.OfType(messageType, shouldHandle));

    /// <summary>Handles messages of the type asynchronously; the next message waits for the task.</summary>
    protected void ReceiveAsync(Type messageType, Predicate<object>? shouldHandle, Func<object, Task> handler)
        => ReceiveAsync(handler, HandlerList.OfType(messageType, shouldHandle));

    /// <summary>Handles whatever earlier handlers did not. Nothing can be registered after it.</summary>
    protected void ReceiveAny(Action<object> handler)
    {
        Receive(handler);
        Open().Close();
    }

    /// <summary>As <see cref="ReceiveAny"/>, asynchronously.</summary>
    protected void ReceiveAnyAsync(Func<object, Task> handler)
    {
        ReceiveAsync(handler);
        Open().Close();
    }

    private HandlerList Open() => _open ?? throw new InvalidOperationException(
        "You may only call Receive-methods when constructing the actor and inside Become().");

    private HandlerList Configure(Action configure)
    {
        var outer = _open;
        var handlers = _open = new HandlerList();
        try
        {
            configure();
        }
        finally
        {
            _open = outer;
        }
        return handlers;
    }

    private void Run(HandlerList handlers, object message)
    {
        if (!handlers.TryHandle(message))
            Unhandled(message);
    }
}
