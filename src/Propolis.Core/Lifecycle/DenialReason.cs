using System.Diagnostics;

namespace Propolis.Core.Lifecycle;

/// <summary>Why a change of state is not allowed.</summary>
public enum DenialReason
{
    InstanceNotActive,
    StartInProgress,
    AlreadyMigrationSource,
    InvalidForMigrationSource,
    HaltPending,
    MigratedOut,
    Halted,
    InstanceFailed,
}

/// <summary>The words for <see cref="DenialReason"/>.</summary>
public static class DenialReasonText
{
    /// <summary>The text of the API's error. Source: propolis-server API, section 8.3.</summary>
    public static string Text(this DenialReason reason) => reason switch
    {
        DenialReason.InstanceNotActive => "Operation requires an active instance",
        DenialReason.StartInProgress => "Instance is currently starting",
        DenialReason.AlreadyMigrationSource => "Instance is already a migration source",
        DenialReason.InvalidForMigrationSource => "Operation cannot be performed on a migration source",
        DenialReason.HaltPending => "Instance is preparing to stop",
        DenialReason.MigratedOut => "Instance has migrated out and is being torn down",
        DenialReason.Halted => "Instance has already halted",
        DenialReason.InstanceFailed => "Instance failed to start or halted due to a failure",
        _ => throw new UnreachableException(),
    };
}
