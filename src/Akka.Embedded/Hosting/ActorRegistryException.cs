namespace Akka.Hosting;

/// <summary>Base of what an <see cref="ActorRegistry"/> refuses with.</summary>
public class ActorRegistryException(string message, Exception? innerException = null)
    : Exception(message, innerException);
