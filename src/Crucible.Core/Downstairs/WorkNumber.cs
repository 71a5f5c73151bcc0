namespace Crucible.Core.Downstairs;

/// <summary>One piece of storage work given out; the answer carries it back.</summary>
public readonly record struct WorkNumber(ulong Value);
