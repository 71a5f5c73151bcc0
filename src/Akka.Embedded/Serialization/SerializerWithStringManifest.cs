using Akka.Actor;

namespace Akka.Serialization;

/// <summary>A serializer that names what it wrote by a text of its own, which may carry a version.</summary>
public abstract class SerializerWithStringManifest : Serializer
{
    /// <summary>For a system.</summary>
    protected SerializerWithStringManifest(ExtendedActorSystem system)
        : base(system)
    {
    }

    /// <summary>Always.</summary>
    public sealed override bool IncludeManifest => true;

    /// <summary>By the manifest that an object of the type would have.</summary>
    /// <exception cref="NotSupportedException">Always: there is no manifest without an object. Use the other
    /// overload.</exception>
    public sealed override object FromBinary(byte[] bytes, Type type)
        => throw new NotSupportedException($"{GetType()} reads by manifest, not by type; it was asked for {type}.");

    /// <summary>The object that was made into the bytes under that manifest.</summary>
    public abstract object FromBinary(byte[] bytes, string manifest);

    /// <summary>What the object's bytes are to be called.</summary>
    public abstract string Manifest(object o);
}
