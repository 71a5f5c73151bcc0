namespace Propolis.Core.Serial;

/// <summary>Where a reader of the console wants to begin.</summary>
public abstract record SerialStart
{
    /// <summary>At this many bytes after the VM was created.</summary>
    public sealed record FromStart(ulong OffsetBytes) : SerialStart;

    /// <summary>This many bytes before the present end.</summary>
    public sealed record MostRecent(ulong Bytes) : SerialStart;

    /// <summary>Reads the two query parameters.</summary>
    /// <returns>Null unless exactly one of them is given.</returns>
    public static SerialStart? From(ulong? fromStart, ulong? mostRecent) => (fromStart, mostRecent) switch
    {
        ({ } offset, null) => new FromStart(offset),
        (null, { } bytes) => new MostRecent(bytes),
        _ => null,
    };
}
