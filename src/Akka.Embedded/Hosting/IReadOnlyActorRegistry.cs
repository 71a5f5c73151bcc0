using Akka.Actor;

namespace Akka.Hosting;

/// <summary>Finds actors by a type that stands for them. The type need not be that of the actor.</summary>
public interface IReadOnlyActorRegistry : IEnumerable<KeyValuePair<Type, IActorRef>>
{
    /// <summary>The actor registered under <typeparamref name="TKey"/>.</summary>
    /// <exception cref="MissingActorRegistryEntryException">There is none yet.</exception>
    IActorRef Get<TKey>();

    /// <summary>The actor registered under <typeparamref name="TKey"/>, at once or when it is registered.</summary>
    /// <remarks>Without a token that ends, this may wait for ever: nobody may ever register it.</remarks>
    Task<IActorRef> GetAsync<TKey>(CancellationToken cancellationToken = default);

    /// <summary>False, and <see cref="ActorRefs.Nobody"/>, when there is none yet.</summary>
    bool TryGet<TKey>(out IActorRef actor);

    /// <inheritdoc cref="TryGet{TKey}(out IActorRef)"/>
    bool TryGet(Type key, out IActorRef actor);
}
