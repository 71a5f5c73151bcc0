using System.Collections.Immutable;
using PropolisActors.Gateway.Http;

namespace PropolisActors.Gateway.OpenApi;

/// <summary>What the document says of one operation, beside its method and path.</summary>
/// <param name="Id">The name generated clients give it.</param>
/// <param name="Summary">One line for people.</param>
/// <param name="Request">Schema of the body, or null.</param>
/// <param name="Status">Of a success.</param>
/// <param name="Response">Schema of a success's body, or null when it has none. Empty: the body <c>null</c>.</param>
internal sealed record OperationDoc(string Id, string Summary, string? Request, int Status, string? Response)
{
    /// <summary>A WebSocket, which has no success with a body.</summary>
    public const int Upgraded = 101;

    /// <summary>Optional numbers in the query.</summary>
    public ImmutableArray<string> Query { get; init; } = [];

    /// <summary>Every operation that is documented. VNC and the document itself are not, as in the reference.</summary>
    public static ImmutableDictionary<Operation, OperationDoc> All { get; } = new Dictionary<Operation, OperationDoc>
    {
        [Operation.Ensure] = new("instance_ensure", "Creates the VM", "InstanceEnsureRequest", 201, "InstanceEnsureResponse"),
        [Operation.Get] = new("instance_get", "Properties and state", null, 200, "InstanceGetResponse"),
        [Operation.SpecGet] = new("instance_spec_get", "Properties, state and spec", null, 200, "InstanceSpecGetResponse"),
        [Operation.StatePut] = new("instance_state_put", "Asks for a state", "InstanceStateRequested", 204, null),
        [Operation.StateMonitor] = new("instance_state_monitor", "Waits for a state generation",
            "InstanceStateMonitorRequest", 200, "InstanceStateMonitorResponse"),
        [Operation.MigrationStatus] = new(
            "instance_migrate_status", "Migrations in and out", null, 200, "InstanceMigrateStatusResponse"),
        [Operation.MigrateStart] = new("instance_migrate_start", "Between servers only", null, Upgraded, null),
        [Operation.Serial] = new("instance_serial", "The serial console", null, Upgraded, null)
        {
            Query = [ConsoleQuery.FromStartName, ConsoleQuery.MostRecentName],
        },
        [Operation.SerialHistory] = new("instance_serial_history_get", "What the serial console has shown",
            null, 200, "InstanceSerialConsoleHistoryResponse")
        {
            Query = [ConsoleQuery.FromStartName, ConsoleQuery.MaxBytesName, ConsoleQuery.MostRecentName],
        },
        [Operation.Snapshot] = new(
            "instance_issue_crucible_snapshot_request", "Takes a snapshot of a disk", null, 200, ""),
        [Operation.DiskStatus] = new("disk_volume_status", "State of a disk", null, 200, "VolumeStatus"),
        [Operation.DiskVcr] = new("instance_issue_crucible_vcr_request", "Replaces a disk's server",
            "InstanceVCRReplace", 200, "ReplaceResult"),
        [Operation.Nmi] = new("instance_issue_nmi", "Raises a non-maskable interrupt", null, 200, ""),
        [Operation.VmList] = new("vm_list", "Every VM of this service", null, 200, StateSchemas.VmList),
        [Operation.VmGet] = new("vm_get", "One VM, what it waits for, and how it ended", null, 200, StateSchemas.VmSummary),
        [Operation.VmWaiting] = new("vm_waiting", "What a VM waits for", null, 200, StateSchemas.VmSummary),
    }.ToImmutableDictionary();
}
