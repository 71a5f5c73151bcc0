using System.Diagnostics;
using System.Globalization;
using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>Identity of references: path and incarnation.</summary>
/// <param name="path">Null: made by <see cref="MakePath"/> when somebody asks for it first.</param>
internal abstract class ActorRefBase(ActorPath? path) : IInternalActorRef
{
    private ActorPath? _path = path;
    private int _hash;

    public ActorPath Path => _path ?? Interlocked.CompareExchange(ref _path, MakePath(), null) ?? _path;

    public abstract ActorSystemImpl System { get; }

    public virtual IActorRef Parent => ActorRefs.Nobody;

    public virtual IEnumerable<IActorRef> Children => [];

    public virtual bool IsTerminated => false;

    public abstract void Tell(object message, IActorRef? sender);

    public virtual IActorRef Child(string name) => ActorRefs.Nobody;

    /// <summary>References that are no actors never die and were never alive: a watch is answered at once.</summary>
    public virtual void SendSystemMessage(SystemMessage message)
    {
        if (message is SystemMessage.Watch watch)
            watch.Watcher.SendSystemMessage(new SystemMessage.Died(this, existed: false));
    }

    public bool Equals(IActorRef? other) => ReferenceEquals(this, other)
        || (other is not null && Path.Uid == other.Path.Uid && Path.Equals(other.Path));

    public override bool Equals(object? obj) => Equals(obj as IActorRef);

    public override int GetHashCode()
    {
        if (_hash == 0)
            _hash = HashCode.Combine(Path.GetHashCode(), Path.Uid) | 1;
        return _hash;
    }

    public int CompareTo(IActorRef? other)
    {
        if (other is null)
            return 1;
        var byPath = Path.CompareTo(other.Path);
        return byPath != 0 ? byPath : Path.Uid.CompareTo(other.Path.Uid);
    }

    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        IActorRef other => CompareTo(other),
        _ => throw new ArgumentException("Not an IActorRef.", nameof(obj)),
    };

    private protected virtual ActorPath MakePath() => throw new UnreachableException("A reference without a path.");

    public override string ToString() => Path.Uid == 0
        ? $"[{Path}]"
        : string.Create(CultureInfo.InvariantCulture, $"[{Path}#{Path.Uid}]");
}
