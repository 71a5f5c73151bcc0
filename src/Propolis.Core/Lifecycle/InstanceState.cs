namespace Propolis.Core.Lifecycle;

/// <summary>A VM's state as clients see it; the names are those of the API.</summary>
public enum InstanceState
{
    Creating,
    Starting,
    Running,
    Stopping,
    Stopped,
    Rebooting,
    Migrating,

    /// <summary>Part of the contract, never published.</summary>
    Repairing,
    Failed,
    Destroyed,
}
