namespace Propolis.Core.Lifecycle;

/// <summary>The latest publications of one VM, oldest first.</summary>
public sealed record StateHistory
{
    /// <summary>Publications kept; the oldest goes first.</summary>
    public const int EntriesMax = 64;

    public static StateHistory Empty { get; } = new();

    public ValueList<StateHistoryEntry> Entries { get; private init; } = [];

    public StateHistory With(StateHistoryEntry entry) => new()
    {
        Entries = ValueList.From(Entries.Skip(Math.Max(0, Entries.Count + 1 - EntriesMax)).Append(entry)),
    };
}
