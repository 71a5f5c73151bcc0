namespace Akka.Actor;

/// <summary>Handlers tried in the order they were added, until one takes the message.</summary>
internal sealed class HandlerList
{
    private readonly List<Func<object, bool>> _handlers = [];
    private bool _closed;

    /// <summary>The predicate, if given, for messages of the type.</summary>
    public static Predicate<object> OfType(Type messageType, Predicate<object>? shouldHandle)
        => message => messageType.IsInstanceOfType(message) && shouldHandle?.Invoke(message) != false;

    /// <summary>Takes messages of type T for which the predicate, if given, holds.</summary>
    public void Add<T>(Action<T> handler, Predicate<T>? shouldHandle)
    {
        ArgumentNullException.ThrowIfNull(handler);
        AddAny(message =>
        {
            if (message is not T typed || shouldHandle?.Invoke(typed) == false)
                return false;
            handler(typed);
            return true;
        });
    }

    /// <summary>Takes messages of type T for which the handler says true.</summary>
    public void Add<T>(Func<T, bool> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        AddAny(message => message is T typed && handler(typed));
    }

    /// <summary>Takes messages of the type for which the handler says true.</summary>
    public void Add(Type messageType, Func<object, bool> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        AddAny(message => messageType.IsInstanceOfType(message) && handler(message));
    }

    /// <summary>The last handler takes everything: nothing can be added after it.</summary>
    public void Close() => _closed = true;

    /// <summary>Gives the message to the handlers; false when none took it.</summary>
    public bool TryHandle(object message)
    {
        foreach (var handler in _handlers)
        {
            if (handler(message))
                return true;
        }
        return false;
    }

    private void AddAny(Func<object, bool> handler)
    {
        if (_closed)
        {
            throw new InvalidOperationException(
                "A handler that catches all messages has been added. No handler can be added after that.");
        }
        _handlers.Add(handler);
    }
}
