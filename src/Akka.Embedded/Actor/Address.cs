using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Akka.Actor;

/// <summary>Where an actor system is: protocol and system name, and for a remote one host and port.</summary>
public sealed class Address : IEquatable<Address>, IComparable<Address>
{
    /// <summary>Stands for no system in particular.</summary>
    public static readonly Address AllSystems = new("akka", "all-systems");

    /// <summary>Makes an address; without host and port it means the system in this process.</summary>
    public Address(string protocol, string system, string? host = null, int? port = null)
    {
        Protocol = protocol;
        System = system;
        Host = host!;
        Port = port;
    }

    /// <summary>Scheme, for example <c>akka</c> or <c>akka.tcp</c>.</summary>
    public string Protocol { get; }

    /// <summary>Name of the actor system.</summary>
    public string System { get; }

    /// <summary>Host name, or null for a local address.</summary>
    public string Host { get; }

    /// <summary>TCP port, or null for a local address.</summary>
    public int? Port { get; }

    /// <summary>True when there is no host: the address means something only inside this process.</summary>
    public bool HasLocalScope => Host is null;

    /// <summary>True when there is a host: the address means the same everywhere.</summary>
    public bool HasGlobalScope => Host is not null;

    /// <summary>The same address under another protocol.</summary>
    public Address WithProtocol(string protocol) => new(protocol, System, Host, Port);

    /// <summary>The same address with another system name.</summary>
    public Address WithSystem(string system) => new(Protocol, system, Host, Port);

    /// <summary>The same address at another host.</summary>
    public Address WithHost(string? host = null) => new(Protocol, System, host, Port);

    /// <summary>The same address at another port.</summary>
    public Address WithPort(int? port = null) => new(Protocol, System, Host, port);

    /// <summary>The part after the scheme: <c>system</c> or <c>system@host:port</c>.</summary>
    public string HostPort() => ToString()[(Protocol.Length + 3)..];

    public static bool operator ==(Address? left, Address? right) => Equals(left, right);

    public static bool operator !=(Address? left, Address? right) => !Equals(left, right);

    /// <summary>Reads <c>protocol://system</c> or <c>protocol://system@host:port</c>.</summary>
    /// <exception cref="UriFormatException">The text is not an address.</exception>
    public static Address Parse(string address) => TryParse(address, out var result)
        ? result
        : throw new UriFormatException($"Illegal address [{address}]");

    /// <summary>As <see cref="Parse"/>, false for a text that is no address.</summary>
    public static bool TryParse(string? path, [MaybeNullWhen(false)] out Address address)
        => TryTake(path, out address, out var rest) && rest.Length == 0;

    /// <summary>Takes an address off the front of a path; <paramref name="rest"/> begins with a slash or is empty.</summary>
    internal static bool TryTake(string? text, [MaybeNullWhen(false)] out Address address, out string rest)
    {
        address = null;
        rest = "";
        var scheme = text?.IndexOf("://", StringComparison.Ordinal) ?? -1;
        if (text is null || scheme <= 0 || !text.StartsWith("akka", StringComparison.OrdinalIgnoreCase))
            return false;
        var slash = text.IndexOf('/', scheme + 3);
        var authority = slash < 0 ? text[(scheme + 3)..] : text[(scheme + 3)..slash];
        var tail = slash < 0 ? "" : text[slash..];
        var at = authority.IndexOf('@', StringComparison.Ordinal);
        if (authority.Length == 0 || at == 0)
            return false;
        if (at < 0)
        {
            if (authority.Contains(':', StringComparison.Ordinal))
                return false;
            address = new Address(text[..scheme], authority);
            rest = tail;
            return true;
        }
        var colon = authority.LastIndexOf(':');
        if (colon < at + 2 ||
            !int.TryParse(authority[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return false;
        address = new Address(text[..scheme], authority[..at], authority[(at + 1)..colon], port);
        rest = tail;
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(Address? other) => string.CompareOrdinal(ToString(), other?.ToString());

    /// <inheritdoc/>
    public bool Equals(Address? other) => other is not null && Port == other.Port
        && Protocol == other.Protocol && System == other.System && Host == other.Host;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Address);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Protocol, System, Host, Port);

    /// <inheritdoc/>
    public override string ToString() => Host is null
        ? $"{Protocol}://{System}"
        : string.Create(CultureInfo.InvariantCulture, $"{Protocol}://{System}@{Host}:{Port}");
}
