using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PropolisActors.Gateway.Events;

/// <summary>The place of one event among all that this service has told of, such as <c>6f1d09a2c4b87e35-42</c>.</summary>
/// <param name="Epoch">Another one after each start of the service, because numbers begin again then.</param>
/// <param name="Number">From 1, without holes; 0 is the place before the first.</param>
internal readonly record struct EventId(ulong Epoch, ulong Number)
{
    private const int EpochDigits = 16;

    /// <summary>Reads an id in exactly the form in which ids are written.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out EventId? id)
    {
        id = text is { Length: > EpochDigits + 1 } && text[EpochDigits] == '-'
            && ulong.TryParse(text.AsSpan(0, EpochDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var epoch)
            && ulong.TryParse(text.AsSpan(EpochDigits + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new EventId(epoch, number)
            : null;
        return id is not null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch:x16}-{Number}");
}
