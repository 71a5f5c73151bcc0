using System.Text.Json.Nodes;

namespace PropolisActors.Cli.Client;

/// <summary>One request as it goes out, except for where to.</summary>
/// <param name="Path">From <c>/instance</c> on; the part that names the VM comes before it.</param>
/// <param name="Body">JSON text, or null for none.</param>
/// <param name="MayWait">The answer comes when something has happened, so it has no time limit of its own.</param>
/// <param name="IsOfService">The path is one of the service's own; none that names a VM comes before it.</param>
public sealed record ApiRequest(
    HttpMethod Method, string Path, string? Body = null, bool MayWait = false, bool IsOfService = false)
{
    /// <summary>Every VM of the service.</summary>
    public static ApiRequest Vms { get; } = new(HttpMethod.Get, "/vms", IsOfService: true);

    /// <summary>Forgets a VM that has ended.</summary>
    public static ApiRequest DeleteVm(string name) =>
        new(HttpMethod.Delete, $"/vms/{Uri.EscapeDataString(name)}", IsOfService: true);

    public static ApiRequest Get { get; } = new(HttpMethod.Get, "/instance");

    public static ApiRequest GetSpec { get; } = new(HttpMethod.Get, "/instance/spec");

    /// <summary>Creates the VM.</summary>
    /// <param name="body">An ensure request: see <see cref="InstanceBody"/>.</param>
    public static ApiRequest Ensure(string body) => new(HttpMethod.Put, "/instance", body);

    /// <summary>Creates the VM from one that runs elsewhere; answered when its parts are built.</summary>
    public static ApiRequest MigrateIn(MigrationBody body) => new(HttpMethod.Put, "/instance", body.ToJson(), MayWait: true);

    /// <summary>Asks for another state.</summary>
    /// <param name="state"><c>Run</c>, <c>Stop</c> or <c>Reboot</c>.</param>
    public static ApiRequest PutState(string state) =>
        new(HttpMethod.Put, "/instance/state", JsonValue.Create(state).ToJsonString());

    /// <summary>Waits for a generation of the state.</summary>
    /// <param name="gen">0 asks for the state as it is.</param>
    public static ApiRequest Monitor(ulong gen) => new(
        HttpMethod.Get, "/instance/state-monitor", new JsonObject { ["gen"] = gen }.ToJsonString(), MayWait: true);

    /// <summary>What a disk does.</summary>
    /// <param name="disk">The key of its storage backend in the spec.</param>
    public static ApiRequest DiskStatus(string disk) =>
        new(HttpMethod.Get, $"/instance/disk/{Uri.EscapeDataString(disk)}/status");

    /// <summary>Gives a disk another construction request.</summary>
    /// <param name="disk">The key of its storage backend in the spec.</param>
    /// <param name="vcr">The whole request as JSON text; it is stored as it is.</param>
    public static ApiRequest PutVcr(string disk, string vcr) => new(
        HttpMethod.Put,
        $"/instance/disk/{Uri.EscapeDataString(disk)}/vcr",
        new JsonObject { ["vcr_json"] = vcr }.ToJsonString());

    /// <summary>Has every copy of a disk take a snapshot; answered when all have, or when the service's limit is over.</summary>
    /// <param name="disk">The key of its storage backend in the spec.</param>
    public static ApiRequest Snapshot(string disk, Guid snapshot) =>
        new(HttpMethod.Post, $"/instance/disk/{Uri.EscapeDataString(disk)}/snapshot/{snapshot:D}", MayWait: true);

    /// <summary>Interrupts the guest.</summary>
    public static ApiRequest Nmi { get; } = new(HttpMethod.Post, "/instance/nmi");

    /// <summary>Method and path only: a body may hold keys.</summary>
    public override string ToString() => $"{Method} {Path}";
}
