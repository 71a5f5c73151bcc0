using System.Text;

namespace Propolis.Core.Spec;

/// <summary>The key of a component in an instance spec: a UUID, or any other text as a case-sensitive name.</summary>
/// <remarks>
/// Two spellings of one UUID are one key. Keys order UUIDs first, by their bytes, then names, by their UTF-8
/// bytes; everything that walks the components walks them in this order.
/// Source: propolis-server API, section 4.3.
/// </remarks>
public readonly record struct SpecKey : IComparable<SpecKey>
{
    private readonly string? _name;

    private SpecKey(Guid? uuid, string? name)
    {
        Uuid = uuid;
        _name = name;
    }

    /// <summary>The UUID, or null when the key is a name.</summary>
    public Guid? Uuid { get; }

    /// <summary>Reads a key. Every text is one.</summary>
    public static SpecKey Parse(string text) =>
        UuidText.TryParse(text, out var uuid) ? Of(uuid) : new(null, text);

    public static SpecKey Of(Guid uuid) => new(uuid, null);

    public int CompareTo(SpecKey other) => (Uuid, other.Uuid) switch
    {
        ({ } a, { } b) => CompareBytes(a.ToByteArray(bigEndian: true), b.ToByteArray(bigEndian: true)),
        ({ }, null) => -1,
        (null, { }) => 1,
        _ => CompareBytes(Encoding.UTF8.GetBytes(ToString()), Encoding.UTF8.GetBytes(other.ToString())),
    };

    /// <summary>The canonical text: a hyphenated lower-case UUID, or the name as it is.</summary>
    public override string ToString() => Uuid?.ToString("D") ?? _name ?? "";

    private static int CompareBytes(byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b);

    public static bool operator <(SpecKey left, SpecKey right) => left.CompareTo(right) < 0;

    public static bool operator >(SpecKey left, SpecKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(SpecKey left, SpecKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(SpecKey left, SpecKey right) => left.CompareTo(right) >= 0;
}
