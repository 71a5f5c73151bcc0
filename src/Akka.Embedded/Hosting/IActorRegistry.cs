using Akka.Actor;

namespace Akka.Hosting;

/// <summary>A registry that can be added to.</summary>
public interface IActorRegistry : IReadOnlyActorRegistry
{
    /// <summary>Registers <paramref name="actor"/> under <typeparamref name="TKey"/> and wakes who waits for it.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="actor"/> is null.</exception>
    /// <exception cref="DuplicateActorRegistryException">The key is taken and <paramref name="overwrite"/> is
    /// false.</exception>
    void Register<TKey>(IActorRef actor, bool overwrite = false);

    /// <summary>The same, answering false where <see cref="Register{TKey}"/> throws for a taken key.</summary>
    bool TryRegister<TKey>(IActorRef actor, bool overwrite = false);

    /// <inheritdoc cref="TryRegister{TKey}(IActorRef, bool)"/>
    bool TryRegister(Type key, IActorRef actor, bool overwrite = false);
}
