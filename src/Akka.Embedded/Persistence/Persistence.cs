using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Names the extension that makes journals and snapshot stores.</summary>
public class Persistence : ExtensionIdProvider<PersistenceExtension>
{
    /// <summary>The one there is.</summary>
    public static Persistence Instance { get; } = new();

    /// <inheritdoc/>
    public override PersistenceExtension CreateExtension(ExtendedActorSystem system) => new(system);
}
