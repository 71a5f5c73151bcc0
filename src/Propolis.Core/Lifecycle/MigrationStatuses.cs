namespace Propolis.Core.Lifecycle;

/// <summary>The latest migration into and out of this server; null when there was none.</summary>
public sealed record MigrationStatuses(MigrationStatus? In, MigrationStatus? Out)
{
    public static MigrationStatuses None { get; } = new(null, null);
}
