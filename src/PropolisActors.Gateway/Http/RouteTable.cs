using System.Collections.Immutable;

namespace PropolisActors.Gateway.Http;

/// <summary>
/// Every route there is. The gateway finds its way by this table, and the OpenAPI document is made from it.
/// Source: propolis-server API, section 2.
/// </summary>
internal static class RouteTable
{
    private const string GetMethod = "GET";
    private const string PutMethod = "PUT";
    private const string PostMethod = "POST";
    private const string VmPrefix = $"/vms/{{{Route.VmParameter}}}";

    /// <summary>The routes about one VM: they exist as they are for the unnamed VM, and below <c>/vms/{name}</c>.</summary>
    public static ImmutableArray<RouteEntry> OfVm { get; } =
    [
        new(PutMethod, "/instance", Operation.Ensure, Expects.JsonBody),
        new(GetMethod, "/instance", Operation.Get),
        new(GetMethod, "/instance/spec", Operation.SpecGet),
        new(PutMethod, "/instance/state", Operation.StatePut, Expects.JsonBody),
        new(GetMethod, "/instance/state-monitor", Operation.StateMonitor, Expects.JsonBody),
        new(GetMethod, "/instance/migration-status", Operation.MigrationStatus),
        new(GetMethod, "/instance/migrate/{migration_id}/start", Operation.MigrateStart, Expects.Upgrade),
        new(GetMethod, "/instance/serial", Operation.Serial, Expects.Upgrade),
        new(GetMethod, "/instance/serial/history", Operation.SerialHistory),
        new(PostMethod, "/instance/disk/{id}/snapshot/{snapshot_id}", Operation.Snapshot),
        new(GetMethod, "/instance/disk/{id}/status", Operation.DiskStatus),
        new(PutMethod, "/instance/disk/{id}/vcr", Operation.DiskVcr, Expects.JsonBody),
        new(PostMethod, "/instance/nmi", Operation.Nmi),
    ];

    /// <summary>The routes that exist once.</summary>
    public static ImmutableArray<RouteEntry> OfService { get; } =
    [
        new(GetMethod, "/vms", Operation.VmList),
        new(GetMethod, VmPrefix, Operation.VmGet),
        new(GetMethod, $"{VmPrefix}/waiting", Operation.VmWaiting),
        new(GetMethod, "/openapi.json", Operation.OpenApi) { IsUnversioned = true },
    ];

    /// <summary>Whether a path is answered without a version header.</summary>
    public static bool IsUnversioned(RequestTarget? target) =>
        target is not null && Route.Find(target.Segments.AsSpan()) is { } route
        && route.Methods.Values.All(static entry => entry.IsUnversioned);

    /// <summary>Every path with its methods.</summary>
    public static ImmutableArray<RoutePath> Paths { get; } =
    [
        .. OfService.Concat(OfVm).Concat(OfVm.Select(entry => entry with { Template = VmPrefix + entry.Template }))
            .GroupBy(entry => entry.Template, StringComparer.Ordinal)
            .Select(static sameTemplate => new RoutePath(sameTemplate.Key, sameTemplate)),
    ];
}
