namespace PropolisActors.Gateway.Http;

/// <summary>What a method on a path asks for. Source: propolis-server API, section 2; the last two are ours.</summary>
internal enum Operation
{
    Ensure,
    Get,
    SpecGet,
    StatePut,
    StateMonitor,
    MigrationStatus,
    Serial,
    SerialHistory,
    DiskVcr,
    DiskStatus,
    VmList,
    VmWaiting,
}
