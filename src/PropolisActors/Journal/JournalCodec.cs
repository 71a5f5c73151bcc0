using System.Collections.Frozen;
using System.Text.Json;

namespace PropolisActors.Journal;

// What is stored is named by the tables of JournalFormats and by nothing else. A journal outlives the code that wrote it: a
// newer event than this code knows is refused by its name, because skipping it would bring up a disk with an old VCR.

/// <summary>Turns journal events into stored bytes and back.</summary>
public sealed class JournalCodec
{
    private readonly FrozenDictionary<string, EventFormat> _byManifest;
    private readonly FrozenDictionary<Type, EventFormat> _newest;

    /// <summary>Checks the table once, so that no event meets a gap in it later.</summary>
    /// <param name="formats">Every version that can be read; of each kind exactly one, the newest, can be written.</param>
    /// <exception cref="ArgumentException">Two formats share a manifest, or a kind has not exactly one that writes.</exception>
    public JournalCodec(IReadOnlyCollection<EventFormat> formats)
    {
        ArgumentNullException.ThrowIfNull(formats);
        _byManifest = formats.ToFrozenDictionary(format => format.Manifest, StringComparer.Ordinal);
        _newest = formats.Where(format => format.Write is not null).ToFrozenDictionary(format => format.Kind);
        if (formats.FirstOrDefault(format => !IsCovered(format)) is { } orphan)
            throw new ArgumentException($"{orphan.Manifest} is not followed by a newer version that can be written", nameof(formats));
    }

    /// <summary>The events of this service.</summary>
    public static JournalCodec Default { get; } = new(JournalFormats.All);

    /// <summary>The name and version this event is stored under.</summary>
    public string ManifestOf(JournalEvent @event) => NewestOf(@event).Manifest;

    /// <summary>UTF-8 JSON in the newest version. It may hold keys: it is for the journal and nothing else.</summary>
    public byte[] Write(JournalEvent @event) => NewestOf(@event).Write!(@event);

    /// <summary>Reads what any version of this service up to the present one wrote.</summary>
    /// <exception cref="JournalFormatException">An unknown or newer event, or bytes that do not fit it.</exception>
    public JournalEvent Read(string manifest, ReadOnlyMemory<byte> bytes)
    {
        if (!_byManifest.TryGetValue(manifest, out var format))
            throw new JournalFormatException(WhyUnknown(manifest));
        return ReadOrNull(format, bytes) ?? throw new JournalFormatException(
            $"an event '{manifest}' is damaged: its content does not fit its name. Restore the journal from a copy.");
    }

    /// <summary>Null when the bytes do not fit. Why is not said: it might repeat a piece of a VCR, and so of a key.</summary>
    private static JournalEvent? ReadOrNull(EventFormat format, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return format.Read(bytes);
        }
        catch (Exception e) when (e is JsonException or FormatException or OverflowException)
        {
            return null;
        }
    }

    private bool IsCovered(EventFormat format) =>
        _newest.TryGetValue(format.Kind, out var newest) && newest.Name == format.Name && newest.Version >= format.Version;

    private EventFormat NewestOf(JournalEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        return _newest[@event.GetType()];
    }

    private string WhyUnknown(string manifest)
    {
        var name = manifest.Split('/')[0];
        var known = _newest.Values.FirstOrDefault(format => format.Name == name);
        return known is null
            ? $"the journal holds an event '{manifest}', which this version of the service does not know. "
                + "Run the version that wrote it."
            : $"the journal holds an event '{manifest}', and this version of the service knows '{name}' up to version "
                + $"{known.Version}. Run the version that wrote it.";
    }
}
