using Akka.Actor;
using Akka.Serialization;

namespace PropolisActors.Journal;

/// <summary>Stores <see cref="JournalEvent"/>s by <see cref="JournalCodec"/>. Bind it to that type and to nothing else.</summary>
public sealed class JournalSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Its name in the configuration.</summary>
    public const string Name = "propolis-journal";

    /// <summary>Stored beside every event; never to be changed.</summary>
    public override int Identifier => 7411;

    public override byte[] ToBinary(object obj) => JournalCodec.Default.Write((JournalEvent)obj);

    public override object FromBinary(byte[] bytes, string manifest) => JournalCodec.Default.Read(manifest, bytes);

    public override string Manifest(object o) => JournalCodec.Default.ManifestOf((JournalEvent)o);
}
