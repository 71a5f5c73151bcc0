using Akka.Actor;

namespace Akka.Persistence;

/// <summary>A persistent actor whose handlers are registered by type: Recover for its past, Command for the
/// present.</summary>
public abstract class ReceivePersistentActor : UntypedPersistentActor, IInitializableActor
{
    private readonly HandlerList _recoverHandlers = new();
    private readonly HandlerList _commandHandlers = new();
    private HandlerList? _openRecover;
    private HandlerList? _openCommand;

    /// <summary>Opens the registration of the recover handlers and of the first behaviour.</summary>
    protected ReceivePersistentActor() => (_openRecover, _openCommand) = (_recoverHandlers, _commandHandlers);

    void IInitializableActor.Init() => (_openRecover, _openCommand) = (null, null);

    /// <inheritdoc/>
    protected sealed override void OnCommand(object message) => Run(_commandHandlers, message);

    /// <inheritdoc/>
    protected sealed override void OnRecover(object message) => Run(_recoverHandlers, message);

    /// <summary>Replaces the command behaviour on top of the stack by the handlers that the delegate
    /// registers.</summary>
    protected void Become(Action configure)
    {
        var handlers = Configure(configure);
        Become((UntypedReceive)(message => Run(handlers, message)));
    }

    /// <summary>Pushes the command handlers that the delegate registers.</summary>
    protected void BecomeStacked(Action configure)
    {
        var handlers = Configure(configure);
        BecomeStacked((UntypedReceive)(message => Run(handlers, message)));
    }

    /// <summary>Takes back what is of type T and for which the predicate, if given, holds.</summary>
    protected void Recover<T>(Action<T> handler, Predicate<T>? shouldHandle = null)
        => OpenRecover().Add(handler, shouldHandle);

    /// <summary>Takes back what is of type T and for which the predicate, if given, holds.</summary>
    protected void Recover<T>(Predicate<T>? shouldHandle, Action<T> handler) => Recover(handler, shouldHandle);

    /// <summary>Takes back what is of type T; false passes it to later handlers.</summary>
    protected void Recover<T>(Func<T, bool> handler) => OpenRecover().Add(handler);

    /// <summary>Takes back what is of the type and for which the predicate, if given, holds.</summary>
    protected void Recover(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null)
        => Recover(handler, HandlerList.OfType(messageType, shouldHandle));

    /// <summary>Takes back what is of the type and for which the predicate, if given, holds.</summary>
    protected void Recover(Type messageType, Predicate<object>? shouldHandle, Action<object> handler)
        => Recover(messageType, handler, shouldHandle);

    /// <summary>Takes back what is of the type; false passes it to later handlers.</summary>
    protected void Recover(Type messageType, Func<object, bool> handler)
        => OpenRecover().Add(messageType, handler);

    /// <summary>Takes back whatever earlier handlers did not. Nothing can be registered after it.</summary>
    protected void RecoverAny(Action<object> handler)
    {
        Recover(handler);
        OpenRecover().Close();
    }

    /// <summary>Handles commands of type T for which the predicate, if given, holds.</summary>
    protected void Command<T>(Action<T> handler, Predicate<T>? shouldHandle = null)
        => OpenCommand().Add(handler, shouldHandle);

    /// <summary>Handles commands of type T for which the predicate, if given, holds.</summary>
    protected void Command<T>(Predicate<T>? shouldHandle, Action<T> handler) => Command(handler, shouldHandle);

    /// <summary>Handles commands of type T; false passes the command to later handlers.</summary>
    protected void Command<T>(Func<T, bool> handler) => OpenCommand().Add(handler);

    /// <summary>Handles commands of the type for which the predicate, if given, holds.</summary>
    protected void Command(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null)
        => Command(handler, HandlerList.OfType(messageType, shouldHandle));

    /// <summary>Handles commands of the type for which the predicate, if given, holds.</summary>
    protected void Command(Type messageType, Predicate<object>? shouldHandle, Action<object> handler)
        => Command(messageType, handler, shouldHandle);

    /// <summary>Handles commands of the type; false passes the command to later handlers.</summary>
    protected void Command(Type messageType, Func<object, bool> handler) => OpenCommand().Add(messageType, handler);

    /// <summary>As <see cref="CommandAny"/>.</summary>
    protected void Command(Action<object> handler) => CommandAny(handler);

    /// <summary>Handles whatever earlier handlers did not. Nothing can be registered after it.</summary>
    protected void CommandAny(Action<object> handler)
    {
        OpenCommand().Add(handler, null);
        OpenCommand().Close();
    }

    /// <summary>Handles commands of type T asynchronously; the next command waits for the task.</summary>
    protected void CommandAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Command(message => RunTask(() => handler(message)), shouldHandle);
    }

    /// <summary>Handles commands of type T asynchronously; the next command waits for the task.</summary>
    protected void CommandAsync<T>(Predicate<T>? shouldHandle, Func<T, Task> handler)
        => CommandAsync(handler, shouldHandle);

    /// <summary>Handles commands of the type asynchronously; the next command waits for the task.</summary>
    protected void CommandAsync(Type messageType, Func<object, Task> handler, Predicate<object>? shouldHandle = null)
        => CommandAsync(handler, HandlerList.OfType(messageType, shouldHandle));

    /// <summary>Handles commands of the type asynchronously; the next command waits for the task.</summary>
    protected void CommandAsync(Type messageType, Predicate<object>? shouldHandle, Func<object, Task> handler)
        => CommandAsync(messageType, handler, shouldHandle);

    /// <summary>As <see cref="CommandAny"/>, asynchronously.</summary>
    protected void CommandAnyAsync(Func<object, Task> handler)
    {
        CommandAsync(handler);
        OpenCommand().Close();
    }

    private HandlerList OpenRecover() => _openRecover ?? throw new InvalidOperationException(
        "You may only call Recover-methods when constructing the actor and inside Become().");

    private HandlerList OpenCommand() => _openCommand ?? throw new InvalidOperationException(
        "You may only call Command-methods when constructing the actor and inside Become().");

    private HandlerList Configure(Action configure)
    {
        var outer = _openCommand;
        var handlers = _openCommand = new HandlerList();
        try
        {
            configure();
        }
        finally
        {
            _openCommand = outer;
        }
        return handlers;
    }

    private void Run(HandlerList handlers, object message)
    {
        if (!handlers.TryHandle(message))
            Unhandled(message);
    }
}
