using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Akka.Actor;

/// <summary>The place of an actor in its system's tree. Equality ignores the incarnation (<see cref="Uid"/>).</summary>
public abstract class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>
{
    /// <summary>The characters besides letters, digits and percent escapes that a name may hold.</summary>
    public static readonly char[] ValidSymbols = "\"-_.*$+:@&=,!~';()".ToCharArray();

    private protected ActorPath(Address address, ActorPath? parent, string name, long uid)
    {
        Address = address;
        Parent = parent!;
        Name = name;
        Uid = uid;
    }

    /// <summary>The address of the system.</summary>
    public Address Address { get; }

    /// <summary>The path one level up; null for a root.</summary>
    public ActorPath Parent { get; }

    /// <summary>The last element.</summary>
    public string Name { get; }

    /// <summary>Number of the incarnation, 0 when the path names none.</summary>
    public long Uid { get; }

    /// <summary>The top of the tree.</summary>
    public ActorPath Root
    {
        get
        {
            var path = this;
            while (path.Parent is not null)
                path = path.Parent;
            return path;
        }
    }

    /// <summary>All names from the root down; a single empty one for the root itself.</summary>
    public IReadOnlyList<string> Elements
    {
        get
        {
            if (Parent is null)
                return [""];
            var elements = new List<string>();
            for (var path = this; path.Parent is not null; path = path.Parent)
                elements.Add(path.Name);
            elements.Reverse();
            return elements;
        }
    }

    public static ActorPath operator /(ActorPath path, string name) => path.Child(name);

    public static ActorPath operator /(ActorPath path, IEnumerable<string> name)
        => name.Where(element => element.Length > 0).Aggregate(path, (parent, element) => parent.Child(element));

    public static bool operator ==(ActorPath? left, ActorPath? right) => Equals(left, right);

    public static bool operator !=(ActorPath? left, ActorPath? right) => !Equals(left, right);

    /// <summary>The path of a child of this one.</summary>
    public ActorPath Child(string childName) => new ChildActorPath(this, childName, 0);

    /// <summary>The same path for the given incarnation.</summary>
    public abstract ActorPath WithUid(long uid);

    /// <summary>Whether an actor may have this name.</summary>
    public static bool IsValidPathElement(string s)
    {
        if (string.IsNullOrEmpty(s) || s[0] == '$')
            return false;
        for (var i = 0; i < s.Length; i++)
        {
            if (char.IsAsciiLetterOrDigit(s[i]) || ValidSymbols.AsSpan().Contains(s[i]))
                continue;
            if (s[i] != '%' || i + 2 >= s.Length || !char.IsAsciiHexDigit(s[i + 1]) || !char.IsAsciiHexDigit(s[i + 2]))
                return false;
            i += 2;
        }
        return true;
    }

    /// <summary>Reads an absolute path such as <c>akka://system/user/a#12</c>.</summary>
    /// <exception cref="UriFormatException">The text is not an absolute path.</exception>
    public static ActorPath Parse(string path) => TryParse(path, out var result)
        ? result
        : throw new UriFormatException($"Can not parse an ActorPath: {path}");

    /// <summary>As <see cref="Parse"/>, false for a text that is no absolute path.</summary>
    public static bool TryParse(string path, [MaybeNullWhen(false)] out ActorPath actorPath)
    {
        actorPath = null;
        if (!Address.TryTake(path, out var address, out var rest))
            return false;
        var uid = 0L;
        var hash = rest.IndexOf('#', StringComparison.Ordinal);
        if (hash >= 0)
        {
            if (!long.TryParse(rest[(hash + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out uid))
                return false;
            rest = rest[..hash];
        }
        actorPath = (new RootActorPath(address) / rest.Split('/')).WithUid(uid);
        return true;
    }

    /// <summary>The path below the system, for example <c>/user/a</c>.</summary>
    public string ToStringWithoutAddress()
    {
        if (Parent is null)
            return "/";
        var text = new StringBuilder();
        foreach (var element in Elements)
            text.Append('/').Append(element);
        return text.ToString();
    }

    /// <summary>The path with its own address.</summary>
    public string ToStringWithAddress() => ToString();

    /// <summary>The path with the given address if its own is local.</summary>
    public string ToStringWithAddress(Address address)
        => (Address.HasGlobalScope ? Address : address) + ToStringWithoutAddress();

    /// <summary>The path and, if there is one, <c>#uid</c>.</summary>
    public string ToStringWithUid() => ToString() + UidSuffix();

    /// <summary>The text that names this very incarnation.</summary>
    public string ToSerializationFormat() => ToStringWithUid();

    /// <summary>As <see cref="ToSerializationFormat"/>, with the given address if the own one is local.</summary>
    public string ToSerializationFormatWithAddress(Address address) => ToStringWithAddress(address) + UidSuffix();

    /// <inheritdoc/>
    public override string ToString() => Address + ToStringWithoutAddress();

    /// <inheritdoc/>
    public bool Equals(ActorPath? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null)
            return false;
        ActorPath a = this, b = other;
        while (a.Parent is not null && b.Parent is not null)
        {
            if (!string.Equals(a.Name, b.Name, StringComparison.Ordinal))
                return false;
            a = a.Parent;
            b = b.Parent;
            if (ReferenceEquals(a, b))
                return true;
        }
        return a.Parent is null && b.Parent is null && a.Address.Equals(b.Address);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ActorPath);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = 17;
        for (var path = this; path.Parent is not null; path = path.Parent)
            hash = HashCode.Combine(hash, path.Name);
        return HashCode.Combine(hash, Root.Address);
    }

    /// <inheritdoc/>
    public int CompareTo(ActorPath? other) => string.CompareOrdinal(ToString(), other?.ToString());

    private string UidSuffix() => Uid == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"#{Uid}");
}
