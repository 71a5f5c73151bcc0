namespace Propolis.Core.Lifecycle;

/// <summary>One migration, as clients see it.</summary>
public sealed record MigrationStatus(Guid Id, MigrationState State);
