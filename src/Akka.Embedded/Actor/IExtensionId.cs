namespace Akka.Actor;

/// <summary>Names an extension and makes it.</summary>
public interface IExtensionId
{
    /// <summary>Class of the extension.</summary>
    Type ExtensionType { get; }

    /// <summary>The system's instance, made if need be.</summary>
    object Apply(ActorSystem system);

    /// <summary>The system's instance, made if need be.</summary>
    object Get(ActorSystem system);

    /// <summary>Makes an instance; called once per system.</summary>
    object CreateExtension(ExtendedActorSystem system);
}
