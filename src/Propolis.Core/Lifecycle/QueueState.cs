namespace Propolis.Core.Lifecycle;

/// <summary>Where a VM stands, as far as the admission of requests goes.</summary>
/// <remarks>Source: propolis-server API, section 8.1.</remarks>
public enum QueueState
{
    NotStarted,

    /// <summary>A run was accepted, or the VM is a migration target; until the start completes.</summary>
    StartPending,
    Running,
    MigratedOut,

    /// <summary>Stopped, halted by its guest, or stopped while starting.</summary>
    Stopped,
    Failed,
}
