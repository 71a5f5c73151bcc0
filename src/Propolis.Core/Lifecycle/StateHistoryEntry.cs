namespace Propolis.Core.Lifecycle;

/// <summary>When a state was published.</summary>
public sealed record StateHistoryEntry(ulong Gen, InstanceState State, DateTimeOffset At);
