namespace Propolis.Core.Lifecycle;

/// <summary>How far a migration is; the names are those of the API.</summary>
public enum MigrationState
{
    Sync,
    RamPush,
    Pause,
    RamPushDirty,
    Device,

    /// <summary>Part of the contract, never published.</summary>
    Resume,
    RamPull,
    Server,
    Finish,
    Error,
}
