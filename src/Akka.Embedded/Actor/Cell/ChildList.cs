using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>The children of one actor by name. Locked, because selections and systems look from other threads.</summary>
internal sealed class ChildList(ActorCell owner)
{
    private const string NameDigits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";

    private readonly Lock _gate = new();
    private Dictionary<string, ChildEntry>? _byName;
    private long _generated;
    private bool _closed;

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _byName is not { Count: > 0 };
        }
    }

    /// <summary>Whether a child that was told to stop by its parent is still there.</summary>
    public bool AnyStopping
    {
        get
        {
            lock (_gate)
                return _byName?.Values.Any(child => child.IsStopping) == true;
        }
    }

    public IActorRef Create(Props props, string? name)
    {
        ArgumentNullException.ThrowIfNull(props);
        if (name is not null && !ActorPath.IsValidPathElement(name))
        {
            throw new InvalidActorNameException(
                $"Illegal actor name [{name}]. Actor paths MUST: not start with `$`, be at least one character long, " +
                $"and hold only ASCII letters and digits, percent escapes and {new string(ActorPath.ValidSymbols)}");
        }
        var dispatcher = owner.SystemImpl.Dispatchers.SourceFor(props);
        MailboxTypes.Check(owner.SystemImpl.Settings.Config, props);
        // Its own turn is the only one that may create children, but for systems and the guardians below them.
        if (!ReferenceEquals(ActorCell.Current, owner))
            owner.SystemImpl.Observer?.Touched("children of " + owner.SelfRef.Path);
        ActorCell cell;
        lock (_gate)
        {
            if (_closed)
                throw new InvalidOperationException("cannot create child while terminating or terminated");
            name ??= NextName();
            _byName ??= new(StringComparer.Ordinal);
            if (_byName.ContainsKey(name))
                throw new InvalidActorNameException($"Actor name \"{name}\" is not unique!");
            var path = new ChildActorPath(owner.SelfRef.Path, name, owner.SystemImpl.NextUid());
            cell = new ActorCell(owner.SystemImpl, owner.SelfRef, props, dispatcher(), path);
            _byName.Add(name, new ChildEntry(cell.SelfRef));
        }
        cell.SendSystemMessage(new SystemMessage.Create());
        return cell.SelfRef;
    }

    public IActorRef Find(string name)
    {
        lock (_gate)
            return _byName?.TryGetValue(name, out var child) == true ? child.Ref : ActorRefs.Nobody;
    }

    public ChildEntry? Entry(IActorRef child)
    {
        lock (_gate)
            return _byName?.TryGetValue(child.Path.Name, out var entry) == true && entry.Ref.Equals(child) ? entry : null;
    }

    public IReadOnlyList<ChildEntry> Entries()
    {
        lock (_gate)
            return _byName is { Count: > 0 } children ? [.. children.Values] : [];
    }

    public IReadOnlyList<IActorRef> Living()
    {
        lock (_gate)
            return _byName is { Count: > 0 } children ? [.. children.Values.Select(child => child.Ref)] : [];
    }

    public void MarkStopping(IActorRef child)
    {
        if (Entry(child) is { } entry)
            entry.IsStopping = true;
    }

    /// <summary>Tells every child to stop; with <paramref name="close"/> no further one can be created.</summary>
    public void StopAll(bool close)
    {
        lock (_gate)
            _closed |= close;
        foreach (var child in Entries())
        {
            child.IsStopping = true;
            child.Ref.SendSystemMessage(new SystemMessage.Terminate());
        }
    }

    public bool Remove(IActorRef child)
    {
        lock (_gate)
        {
            return _byName?.TryGetValue(child.Path.Name, out var entry) == true && entry.Ref.Equals(child)
                && _byName.Remove(child.Path.Name);
        }
    }

    private string NextName()
    {
        // "$" and up to eleven digits of six bits, the least significant first.
        Span<char> name = stackalloc char[12];
        name[0] = '$';
        var length = 1;
        var number = _generated++;
        do
        {
            name[length++] = NameDigits[(int)(number & 63)];
            number >>= 6;
        }
        while (number > 0);
        return name[..length].ToString();
    }
}
