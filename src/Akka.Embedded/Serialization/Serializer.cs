using Akka.Actor;

namespace Akka.Serialization;

/// <summary>Turns objects of the types bound to it into bytes and back.</summary>
public abstract class Serializer
{
    /// <summary>The system whose objects these are.</summary>
    protected readonly ExtendedActorSystem system;

    private readonly Lazy<int> _configuredIdentifier;

    /// <summary>For a system.</summary>
    protected Serializer(ExtendedActorSystem system)
    {
        this.system = system;
        _configuredIdentifier = new Lazy<int>(
            () => SerializerIdentifierHelper.GetSerializerIdentifierFromConfig(GetType(), system));
    }

    /// <summary>What stands beside the bytes and says which serializer made them; unique in a system, and the same for
    /// ever.</summary>
    /// <remarks>Read from <c>akka.actor.serialization-identifiers</c> unless overridden. 0 to 16 are Akka.NET's
    /// own.</remarks>
    public virtual int Identifier => _configuredIdentifier.Value;

    /// <summary>Whether a name of the type is needed to read the bytes.</summary>
    public abstract bool IncludeManifest { get; }

    /// <summary>The object as bytes.</summary>
    public abstract byte[] ToBinary(object obj);

    /// <summary>The object that was made into the bytes.</summary>
    public abstract object FromBinary(byte[] bytes, Type type);

    /// <summary>The object that was made into the bytes.</summary>
    public T FromBinary<T>(byte[] bytes) => (T)FromBinary(bytes, typeof(T));
}
