using System.Text;
using Akka.Actor;
using Akka.Serialization;

namespace Akka.Embedded.Persistence.Sql.Tests;

/// <summary>Stores notes and texts as UTF-8, under manifests with a version.</summary>
public sealed class NoteSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override int Identifier => 7200;

    public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes(((Note)obj).Text);

    public override object FromBinary(byte[] bytes, string manifest) => manifest switch
    {
        "note/1" when bytes.Length > 0 && bytes[0] == 0xff => throw new FormatException("it is not UTF-8."),
        "note/1" => new Note(Encoding.UTF8.GetString(bytes)),
        _ => throw new NotSupportedException($"the manifest '{manifest}' is not known."),
    };

    public override string Manifest(object o) => "note/1";
}
