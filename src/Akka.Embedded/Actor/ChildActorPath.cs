namespace Akka.Actor;

/// <summary>Any path below a root.</summary>
public sealed class ChildActorPath : ActorPath
{
    /// <summary>The path of the child <paramref name="name"/>, incarnation <paramref name="uid"/> (0: none).</summary>
    public ChildActorPath(ActorPath parentPath, string name, long uid)
        : base(parentPath.Address, parentPath, name, uid)
    {
    }

    /// <inheritdoc/>
    public override ActorPath WithUid(long uid) => uid == Uid ? this : new ChildActorPath(Parent, Name, uid);
}
