namespace Propolis.Core.Lifecycle;

/// <summary>One publication of a VM's state.</summary>
/// <param name="Gen">Starts at 1 and rises by exactly 1 with each publication of one VM.</param>
/// <param name="State">What clients see.</param>
/// <param name="Migrations">What clients see beside it.</param>
public sealed record InstanceStateSnapshot(ulong Gen, InstanceState State, MigrationStatuses Migrations);
