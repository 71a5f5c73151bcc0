using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Event;

/// <summary>Publishes events to subscribers by type, and knows the lowest level worth logging.</summary>
public class LoggingBus
{
    private readonly Lock _gate = new();
    private ImmutableDictionary<IActorRef, ImmutableHashSet<Type>> _subscriptions =
        ImmutableDictionary<IActorRef, ImmutableHashSet<Type>>.Empty;

    // Who gets events of a class. Thrown away by every change, because one subscription may concern many classes.
    private ConcurrentDictionary<Type, IActorRef[]> _subscribersOf = new();

    /// <summary>Lowest level that adapters made from now on publish.</summary>
    public LogLevel LogLevel { get; private protected set; }

    /// <summary>Delivers the event once to everybody subscribed to its class, a base class or an interface of it.</summary>
    public virtual void Publish(object @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        foreach (var subscriber in SubscribersOf(@event.GetType()))
            subscriber.Tell(@event, ActorRefs.NoSender);
    }

    /// <summary>Subscribes to a type and all that derive from it.</summary>
    /// <returns>False when it was subscribed already.</returns>
    public virtual bool Subscribe(IActorRef subscriber, Type classifier)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        ArgumentNullException.ThrowIfNull(classifier);
        lock (_gate)
        {
            var types = _subscriptions.GetValueOrDefault(subscriber, []);
            if (types.Contains(classifier))
                return false;
            _subscriptions = _subscriptions.SetItem(subscriber, types.Add(classifier));
            _subscribersOf = new();
        }
        // Whoever stopped meanwhile has looked for its subscriptions already, and did not find this one.
        if (subscriber is LocalActorRef { IsTerminated: true })
            Unsubscribe(subscriber);
        return true;
    }

    /// <summary>Ends one subscription.</summary>
    /// <returns>False when there was none.</returns>
    public virtual bool Unsubscribe(IActorRef subscriber, Type classifier)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        lock (_gate)
        {
            if (!_subscriptions.TryGetValue(subscriber, out var types) || !types.Contains(classifier))
                return false;
            types = types.Remove(classifier);
            _subscriptions = types.IsEmpty
                ? _subscriptions.Remove(subscriber)
                : _subscriptions.SetItem(subscriber, types);
            _subscribersOf = new();
            return true;
        }
    }

    /// <summary>Ends all subscriptions of one subscriber.</summary>
    /// <returns>False when there was none.</returns>
    public virtual bool Unsubscribe(IActorRef subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        if (!_subscriptions.ContainsKey(subscriber))
            return false;
        lock (_gate)
        {
            _subscriptions = _subscriptions.Remove(subscriber);
            _subscribersOf = new();
        }
        return true;
    }

    /// <summary>Changes the lowest level that adapters made from now on publish.</summary>
    public virtual void SetLogLevel(LogLevel logLevel) => LogLevel = logLevel;

    private IActorRef[] SubscribersOf(Type type)
    {
        var cache = Volatile.Read(ref _subscribersOf);
        if (cache.TryGetValue(type, out var known))
            return known;
        lock (_gate)
        {
            var found = _subscriptions
                .Where(subscription => subscription.Value.Any(subscribed => subscribed.IsAssignableFrom(type)))
                .Select(subscription => subscription.Key)
                // The table is in the order of hash codes, which differ from process to process.
                .OrderBy(subscriber => subscriber.Path.Uid)
                .ToArray();
            _subscribersOf[type] = found;
            return found;
        }
    }
}
