using System.Collections.Concurrent;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Serialization;

/// <summary>The serializers of one system.</summary>
/// <remarks>A type has the serializer of the most special class or interface bound. There is no serializer for
/// everything: what is not bound is refused by its name, and no type is found by a name that came with the
/// bytes.</remarks>
public class Serialization
{
    private readonly Dictionary<int, Serializer> _byIdentifier = [];
    private readonly List<(Type Type, Serializer Serializer)> _bindings = [];
    private readonly ConcurrentDictionary<Type, Serializer> _byType = new();

    /// <summary>Reads the configuration and the system's setup.</summary>
    /// <exception cref="ConfigurationException">A class, a name or an identifier is not usable.</exception>
    public Serialization(ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        System = system;
        Bind(new ByteArraySerializer(system), [typeof(byte[])]);
        foreach (var details in SetupOf(system))
            Bind(details.Serializer, details.UseFor);
        BindConfigured(system);
    }

    /// <summary>The system.</summary>
    public ExtendedActorSystem System { get; }

    /// <summary>What the serializer calls the object; empty when it needs no name.</summary>
    public static string ManifestFor(Serializer s, object msg)
    {
        ArgumentNullException.ThrowIfNull(s);
        ArgumentNullException.ThrowIfNull(msg);
        return s switch
        {
            SerializerWithStringManifest named => named.Manifest(msg),
            { IncludeManifest: true } => $"{msg.GetType().FullName}, {msg.GetType().Assembly.GetName().Name}",
            _ => string.Empty,
        };
    }

    /// <summary>The object as bytes.</summary>
    /// <exception cref="SerializationException">No serializer is bound to its type.</exception>
    public byte[] Serialize(object o) => FindSerializerFor(o).ToBinary(o);

    /// <summary>The object that a serializer made into the bytes.</summary>
    /// <exception cref="SerializationException">There is no such serializer, or no such type.</exception>
    public object Deserialize(byte[] bytes, int serializerId, string manifest)
    {
        var serializer = SerializerById(serializerId);
        if (serializer is SerializerWithStringManifest named)
            return named.FromBinary(bytes, manifest);
        if (string.IsNullOrEmpty(manifest))
            return serializer.FromBinary(bytes, typeof(object));
        // Only a type that is bound to the serializer is taken, never any one the bytes name.
        foreach (var (type, bound) in _bindings)
        {
            if (bound == serializer && manifest.Split(',')[0].Trim() == type.FullName)
                return serializer.FromBinary(bytes, type);
        }
        throw new SerializationException(
            $"The type '{manifest}' is not bound to the serializer with id [{serializerId}]. Bind it by its class.");
    }

    /// <summary>The object of that type that a serializer made into the bytes.</summary>
    /// <exception cref="SerializationException">There is no such serializer.</exception>
    public object Deserialize(byte[] bytes, int serializerId, Type type)
        => SerializerById(serializerId).FromBinary(bytes, type);

    /// <summary>The serializer for an object.</summary>
    /// <exception cref="SerializationException">None is bound to its type.</exception>
    public Serializer FindSerializerFor(object obj, string? defaultSerializerName = null)
    {
        ArgumentNullException.ThrowIfNull(obj);
        return FindSerializerForType(obj.GetType(), defaultSerializerName);
    }

    /// <summary>The serializer for objects of a class.</summary>
    /// <exception cref="SerializationException">None is bound to it.</exception>
    public Serializer FindSerializerForType(Type objectType, string? defaultSerializerName = null)
    {
        ArgumentNullException.ThrowIfNull(objectType);
        return _byType.GetOrAdd(objectType, Choose);
    }

    private static IEnumerable<SerializerDetails> SetupOf(ExtendedActorSystem system)
    {
        var setup = ((ActorSystemImpl)system).Setup.Get<SerializationSetup>();
        return setup.HasValue ? setup.Value.CreateSerializers(system) : [];
    }

    private static IEnumerable<(string Key, string Value)> Texts(Config config, string path)
    {
        foreach (var (key, value) in config.GetConfig(path)?.AsEnumerable() ?? [])
            yield return (key, value.GetString() ?? throw new ConfigurationException($"{path}: '{key}' is null."));
    }

    private static Serializer Make(string name, Type type, ExtendedActorSystem system)
    {
        if (!typeof(Serializer).IsAssignableFrom(type))
            throw new ConfigurationException($"akka.actor.serializers.{name}: {type} is not a {nameof(Serializer)}.");
        return (Serializer)Activator.CreateInstance(type, system)!;
    }

    private Serializer SerializerById(int serializerId) => _byIdentifier.TryGetValue(serializerId, out var serializer)
        ? serializer
        : throw new SerializationException(
            $"Cannot find serializer with id [{serializerId}]. Register the serializer that wrote the bytes, " +
            "in akka.actor.serializers or with WithCustomSerializer.");

    private Serializer Choose(Type objectType)
    {
        (Type Type, Serializer Serializer)? chosen = null;
        foreach (var binding in _bindings)
        {
            if (!binding.Type.IsAssignableFrom(objectType))
                continue;
            if (chosen is not { } known || known.Type != binding.Type && known.Type.IsAssignableFrom(binding.Type))
                chosen = binding;
        }
        return chosen?.Serializer ?? throw new SerializationException(
            $"No serializer is bound to {objectType}. Bind one in akka.actor.serialization-bindings or with " +
            "WithCustomSerializer.");
    }

    private void BindConfigured(ExtendedActorSystem system)
    {
        var config = system.Settings.Config;
        var named = new Dictionary<string, Serializer>(StringComparer.Ordinal);
        foreach (var (name, type) in Texts(config, "akka.actor.serializers"))
            named.Add(name, Make(name, TypeResolver.Resolve(type), system));
        var bound = named.Values.ToDictionary(serializer => serializer, _ => new List<Type>());
        foreach (var (type, name) in Texts(config, "akka.actor.serialization-bindings"))
        {
            if (!named.TryGetValue(name, out var serializer))
            {
                throw new ConfigurationException(
                    $"akka.actor.serialization-bindings: '{type}' is bound to '{name}', which is not in " +
                    "akka.actor.serializers.");
            }
            bound[serializer].Add(TypeResolver.Resolve(type));
        }
        foreach (var serializer in named.Values)
            Bind(serializer, bound[serializer]);
    }

    private void Bind(Serializer serializer, IEnumerable<Type> types)
    {
        if (_byIdentifier.TryGetValue(serializer.Identifier, out var other) && other.GetType() != serializer.GetType())
        {
            throw new ConfigurationException(
                $"{serializer.GetType()} and {other.GetType()} have the same identifier {serializer.Identifier}.");
        }
        _byIdentifier[serializer.Identifier] = serializer;
        foreach (var type in types)
            _bindings.Add((type, serializer));
    }
}
