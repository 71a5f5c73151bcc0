namespace Akka.Actor;

/// <summary>The top of a system's tree.</summary>
public sealed class RootActorPath : ActorPath
{
    /// <summary>The root of the system at <paramref name="address"/>.</summary>
    public RootActorPath(Address address, string name = "")
        : base(address, null, name, 0)
    {
    }

    /// <inheritdoc/>
    public override ActorPath WithUid(long uid) => uid == 0
        ? this
        : throw new NotSupportedException("RootActorPath must have uid = 0");
}
