using System.Globalization;

namespace PropolisActors.Journal;

/// <summary>How one kind of event is read in one version, and written if it is the newest.</summary>
/// <param name="Name">Stable, in lower case with hyphens.</param>
/// <param name="Version">From 1.</param>
/// <param name="Kind">The record it is read to: the newest form, whatever the version.</param>
/// <param name="Read">UTF-8 JSON to the event; an older version fills in here what it did not know yet.</param>
/// <param name="Write">The event to UTF-8 JSON; null for a version that is no longer written.</param>
public sealed record EventFormat(
    string Name,
    int Version,
    Type Kind,
    Func<ReadOnlyMemory<byte>, JournalEvent> Read,
    Func<JournalEvent, byte[]>? Write)
{
    /// <summary>What is stored beside the bytes, such as <c>volume-stored/1</c>.</summary>
    public string Manifest => string.Create(CultureInfo.InvariantCulture, $"{Name}/{Version}");
}
