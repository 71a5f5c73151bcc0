namespace Akka.Hosting;

/// <summary>No actor is registered under the key yet.</summary>
public sealed class MissingActorRegistryEntryException(string message, Exception? innerException = null)
    : ActorRegistryException(message, innerException);
