namespace Propolis.Core.Lifecycle;

/// <summary>One thing a VM waits for.</summary>
/// <param name="Who">Who has to act: <c>disk</c> with its key, <c>machine</c>, <c>guest</c>, <c>client</c>.</param>
/// <param name="Why">What it has to do, as half a sentence.</param>
/// <param name="Since">Since when.</param>
/// <param name="FreedBy">What would end the wait, other than the thing itself.</param>
public sealed record Waiting(string Who, string Why, DateTimeOffset Since, string FreedBy);
