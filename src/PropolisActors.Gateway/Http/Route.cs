using System.Collections.Immutable;

namespace PropolisActors.Gateway.Http;

/// <summary>A known path: its parameters, not checked yet, and what its methods mean.</summary>
/// <param name="Vm">The name in the path, or null on an unprefixed path.</param>
/// <param name="Disk">The <c>{id}</c> of a disk route as given, else null.</param>
/// <param name="Methods">Upper-case HTTP methods.</param>
internal sealed record Route(string? Vm, string? Disk, ImmutableDictionary<string, Operation> Methods)
{
    private const string GetMethod = "GET";
    private const string PutMethod = "PUT";

    /// <summary>Finds the route of a path, or null. The same routes exist below <c>/vms/{name}</c>.</summary>
    public static Route? Find(ReadOnlySpan<string> path) => path switch
    {
        ["vms"] => Of(null, null, (GetMethod, Operation.VmList)),
        ["vms", var vm, "waiting"] => Of(vm, null, (GetMethod, Operation.VmWaiting)),
        ["vms", var vm, "instance", .. var rest] => FindBelowInstance(vm, rest),
        ["instance", .. var rest] => FindBelowInstance(null, rest),
        _ => null,
    };

    private static Route? FindBelowInstance(string? vm, ReadOnlySpan<string> path) => path switch
    {
        [] => Of(vm, null, (PutMethod, Operation.Ensure), (GetMethod, Operation.Get)),
        ["spec"] => Of(vm, null, (GetMethod, Operation.SpecGet)),
        ["state"] => Of(vm, null, (PutMethod, Operation.StatePut)),
        ["state-monitor"] => Of(vm, null, (GetMethod, Operation.StateMonitor)),
        ["migration-status"] => Of(vm, null, (GetMethod, Operation.MigrationStatus)),
        ["serial"] => Of(vm, null, (GetMethod, Operation.Serial)),
        ["serial", "history"] => Of(vm, null, (GetMethod, Operation.SerialHistory)),
        ["disk", var disk, "vcr"] => Of(vm, disk, (PutMethod, Operation.DiskVcr)),
        ["disk", var disk, "status"] => Of(vm, disk, (GetMethod, Operation.DiskStatus)),
        _ => null,
    };

    private static Route Of(string? vm, string? disk, params ReadOnlySpan<(string Method, Operation Operation)> methods)
    {
        var map = ImmutableDictionary.CreateBuilder<string, Operation>(StringComparer.Ordinal);
        foreach (var (method, operation) in methods)
            map.Add(method, operation);
        return new Route(vm, disk, map.ToImmutable());
    }
}
