using System.Collections.Immutable;

namespace PropolisActors.Gateway.Http;

/// <summary>A known path as it was asked for: its parameters, not checked yet, and what its methods mean.</summary>
/// <param name="Vm">The name in the path, or null on an unprefixed path.</param>
/// <param name="Disk">The <c>{id}</c> of a disk route as given, else null.</param>
/// <param name="Uuid">What stands where the path wants a UUID, and how the contract calls it; else null.</param>
/// <param name="Methods">By upper-case HTTP method.</param>
internal sealed record Route(
    string? Vm, string? Disk, (string Name, string Text)? Uuid, ImmutableDictionary<string, RouteEntry> Methods)
{
    /// <summary>The name of the parameter that names a VM.</summary>
    public const string VmParameter = "name";

    /// <summary>The parameters that are UUIDs; a path has at most one.</summary>
    public static readonly ImmutableArray<string> UuidParameters = ["snapshot_id", "migration_id"];

    private const string DiskParameter = "id";

    /// <summary>Finds the route of a path, or null.</summary>
    public static Route? Find(ReadOnlySpan<string> path)
    {
        foreach (var known in RouteTable.Paths)
        {
            if (known.Matches(path))
                return new Route(
                    known.ValueOf(VmParameter, path), known.ValueOf(DiskParameter, path), UuidOf(known, path), known.Methods);
        }

        return null;
    }

    private static (string Name, string Text)? UuidOf(RoutePath known, ReadOnlySpan<string> path)
    {
        foreach (var name in UuidParameters)
        {
            if (known.ValueOf(name, path) is { } text)
                return (name, text);
        }

        return null;
    }
}
