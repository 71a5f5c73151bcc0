using System.Collections.Immutable;
using Akka.Actor;
using Akka.Actor.Setup;

namespace Akka.Serialization;

/// <summary>Serializers made by code; they win over those of the configuration.</summary>
public sealed class SerializationSetup : Setup
{
    private SerializationSetup(Func<ExtendedActorSystem, ImmutableHashSet<SerializerDetails>> createSerializers)
        => CreateSerializers = createSerializers;

    /// <summary>Makes the serializers of a system; called once, when one is first needed.</summary>
    public Func<ExtendedActorSystem, ImmutableHashSet<SerializerDetails>> CreateSerializers { get; }

    /// <summary>By a function.</summary>
    public static SerializationSetup Create(
        Func<ExtendedActorSystem, ImmutableHashSet<SerializerDetails>> createSerializers)
    {
        ArgumentNullException.ThrowIfNull(createSerializers);
        return new SerializationSetup(createSerializers);
    }
}
