using System.Collections;
using Akka.Actor;

namespace Akka.Hosting;

/// <summary>The registry of one actor system. Safe from any thread.</summary>
public class ActorRegistry : IActorRegistry, IExtension
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Type, IActorRef> _actors = [];
    private readonly Dictionary<Type, TaskCompletionSource<IActorRef>> _waiters = [];

    /// <summary>The registry of <paramref name="actorSystem"/>, made on first use.</summary>
    public static ActorRegistry For(ActorSystem actorSystem) =>
        actorSystem.WithExtension<ActorRegistry, ActorRegistryExtension>();

    public void Register<TKey>(IActorRef actor, bool overwrite = false)
    {
        if (!TryRegister<TKey>(actor, overwrite))
            throw new DuplicateActorRegistryException($"An actor is already registered under {typeof(TKey)}.");
    }

    public bool TryRegister<TKey>(IActorRef actor, bool overwrite = false) =>
        TryRegister(typeof(TKey), actor, overwrite);

    public bool TryRegister(Type key, IActorRef actor, bool overwrite = false)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(actor);
        TaskCompletionSource<IActorRef>? waiter;
        lock (_lock)
        {
            if (!overwrite && _actors.ContainsKey(key))
                return false;
            _actors[key] = actor;
            _waiters.Remove(key, out waiter);
        }
        waiter?.SetResult(actor);
        return true;
    }

    public IActorRef Get<TKey>() => TryGet<TKey>(out var actor)
        ? actor
        : throw new MissingActorRegistryEntryException($"No actor is registered under {typeof(TKey)}.");

    public Task<IActorRef> GetAsync<TKey>(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_actors.TryGetValue(typeof(TKey), out var actor))
                return Task.FromResult(actor);
            // All who wait for one key share a source, so that the list of waiters is no longer than that of types.
            if (!_waiters.TryGetValue(typeof(TKey), out var waiter))
            {
                waiter = new TaskCompletionSource<IActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiters.Add(typeof(TKey), waiter);
            }
            return waiter.Task.WaitAsync(cancellationToken);
        }
    }

    public bool TryGet<TKey>(out IActorRef actor) => TryGet(typeof(TKey), out actor);

    public bool TryGet(Type key, out IActorRef actor)
    {
        lock (_lock)
        {
            var found = _actors.TryGetValue(key, out var known);
            actor = known ?? ActorRefs.Nobody;
            return found;
        }
    }

    /// <summary>The entries as they are now.</summary>
    public IEnumerator<KeyValuePair<Type, IActorRef>> GetEnumerator()
    {
        lock (_lock)
            return ((IEnumerable<KeyValuePair<Type, IActorRef>>)[.. _actors]).GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
