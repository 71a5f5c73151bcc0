namespace Akka.Actor;

/// <summary>Names an extension of a known type.</summary>
public interface IExtensionId<out T> : IExtensionId
    where T : IExtension
{
    /// <summary>The system's instance, made if need be.</summary>
    new T Apply(ActorSystem system);

    /// <summary>The system's instance, made if need be.</summary>
    new T Get(ActorSystem system);

    /// <summary>Makes an instance; called once per system.</summary>
    new T CreateExtension(ExtendedActorSystem system);
}
