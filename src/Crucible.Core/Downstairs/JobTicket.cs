namespace Crucible.Core.Downstairs;

/// <summary>One arrival of a job. A job id may arrive twice on a connection (replay), a ticket never does.</summary>
public readonly record struct JobTicket(ulong Value);
