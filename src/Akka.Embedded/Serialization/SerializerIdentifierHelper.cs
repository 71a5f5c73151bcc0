using Akka.Actor;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Serialization;

/// <summary>Reads <c>akka.actor.serialization-identifiers</c>.</summary>
public static class SerializerIdentifierHelper
{
    /// <summary>The identifier configured for a class of serializers.</summary>
    /// <exception cref="ConfigurationException">None is configured.</exception>
    public static int GetSerializerIdentifierFromConfig(Type type, ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(system);
        var identifiers = system.Settings.Config.GetConfig("akka.actor.serialization-identifiers");
        foreach (var (name, identifier) in identifiers?.AsEnumerable() ?? [])
        {
            if (TypeResolver.Resolve(name) == type)
                return identifier.GetInt();
        }
        throw new ConfigurationException(
            $"The serializer {type} neither overrides Identifier nor has one in akka.actor.serialization-identifiers.");
    }
}
