namespace Akka.Hosting;

/// <summary>The key already has an actor.</summary>
public sealed class DuplicateActorRegistryException(string message, Exception? innerException = null)
    : ActorRegistryException(message, innerException);
