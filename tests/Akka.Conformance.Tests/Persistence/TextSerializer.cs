using System.Text;
using Akka.Actor;
using Akka.Serialization;

namespace Akka.Conformance.Tests.Persistence;

/// <summary>Stores texts, under a manifest that carries a version.</summary>
public sealed class TextSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override int Identifier => 7001;

    public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes((string)obj);

    public override object FromBinary(byte[] bytes, string manifest) => manifest switch
    {
        "text/2" => Encoding.UTF8.GetString(bytes),
        "text/1" => Encoding.Latin1.GetString(bytes),
        _ => throw new NotSupportedException($"The manifest '{manifest}' is not known. Run the version that wrote it."),
    };

    public override string Manifest(object o) => "text/2";
}
