using System.Collections.Immutable;

namespace Akka.Serialization;

/// <summary>A serializer with its name and the types it is for.</summary>
public sealed class SerializerDetails
{
    private SerializerDetails(string alias, Serializer serializer, ImmutableHashSet<Type> useFor)
    {
        Alias = alias;
        Serializer = serializer;
        UseFor = useFor;
    }

    /// <summary>A name, unique in the system.</summary>
    public string Alias { get; }

    /// <summary>The serializer.</summary>
    public Serializer Serializer { get; }

    /// <summary>Classes and interfaces whose objects it takes, unless a more special type is bound to
    /// another.</summary>
    public ImmutableHashSet<Type> UseFor { get; }

    /// <summary>Names a serializer and its types.</summary>
    public static SerializerDetails Create(string alias, Serializer serializer, ImmutableHashSet<Type> useFor)
    {
        ArgumentNullException.ThrowIfNull(alias);
        ArgumentNullException.ThrowIfNull(serializer);
        ArgumentNullException.ThrowIfNull(useFor);
        return new SerializerDetails(alias, serializer, useFor);
    }
}
