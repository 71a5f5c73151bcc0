namespace Propolis.Core.Lifecycle;

/// <summary>The latest migration into and out of this server; null when there was none.</summary>
public sealed record MigrationStatuses(MigrationStatus? In, MigrationStatus? Out)
{
    public static MigrationStatuses None { get; } = new(null, null);

    /// <summary>The same with another status in one direction.</summary>
    public MigrationStatuses With(MigrationDirection direction, MigrationStatus status) =>
        direction == MigrationDirection.In ? this with { In = status } : this with { Out = status };
}
