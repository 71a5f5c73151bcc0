using System.Diagnostics.CodeAnalysis;

namespace PropolisActors.Protocols;

/// <summary>
/// Names one VM in this service: 1 to 63 letters, digits, <c>-</c>, <c>_</c> or <c>.</c>, beginning with a letter or
/// digit. It is a path segment, an actor name and a directory name, so nothing else is let in.
/// </summary>
public readonly record struct VmName
{
    public const int LengthMax = 63;

    /// <summary>The VM behind the unprefixed routes, <c>/instance…</c>.</summary>
    public static readonly VmName Default = new("default");

    private VmName(string value) => Value = value;

    public string Value { get; }

    /// <summary>Reads a name; false when it is not one.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out VmName? name)
    {
        name = text is { Length: > 0 and <= LengthMax } && char.IsAsciiLetterOrDigit(text[0]) && text.All(IsAllowed)
            ? new VmName(text)
            : null;
        return name is not null;
    }

    public override string ToString() => Value;

    private static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';
}
