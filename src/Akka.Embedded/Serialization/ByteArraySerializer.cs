using Akka.Actor;

namespace Akka.Serialization;

/// <summary>Bytes as they are. Always bound to byte arrays.</summary>
public class ByteArraySerializer : Serializer
{
    /// <summary>For a system.</summary>
    public ByteArraySerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    /// <summary>4, as in Akka.NET.</summary>
    public override int Identifier => 4;

    /// <inheritdoc/>
    public override bool IncludeManifest => false;

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">It is not a byte array.</exception>
    public override byte[] ToBinary(object obj)
        => obj as byte[] ?? throw new NotSupportedException("The object to convert is not a byte array.");

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, Type type) => bytes;
}
