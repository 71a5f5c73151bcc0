namespace PropolisActors.Gateway.Http;

/// <summary>What a method on a path asks for. Source: propolis-server API, section 2; those from VmList on are ours.</summary>
internal enum Operation
{
    Ensure,
    Get,
    SpecGet,
    StatePut,
    StateMonitor,
    MigrationStatus,
    MigrateStart,
    Serial,
    SerialHistory,
    Vnc,
    Snapshot,
    DiskStatus,
    DiskVcr,
    Nmi,
    VmList,
    VmGet,
    VmWaiting,
    OpenApi,
}
