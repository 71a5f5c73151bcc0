using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Crucible.Core.Volumes;

/// <summary>A text that is never printed: the three PEM members of <see cref="CrucibleOpts"/>.</summary>
/// <remarks>The reference uses them as file paths, but nothing stops a sender from putting the key itself there.</remarks>
public sealed class SecretText : IEquatable<SecretText>
{
    /// <summary>What is printed in place of a secret.</summary>
    public const string Redacted = "<redacted>";

    public SecretText(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Reveal = value;
    }

    /// <summary>The text itself; not for logs or errors.</summary>
    public string Reveal { get; }

    public bool Equals(SecretText? other) => other is not null && CryptographicOperations.FixedTimeEquals(
        MemoryMarshal.AsBytes(Reveal.AsSpan()), MemoryMarshal.AsBytes(other.Reveal.AsSpan()));

    public override bool Equals(object? obj) => Equals(obj as SecretText);

    public override int GetHashCode() => string.GetHashCode(Reveal, StringComparison.Ordinal);

    /// <summary>Says only that there is a text.</summary>
    public override string ToString() => Redacted;
}
