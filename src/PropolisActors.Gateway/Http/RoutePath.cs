using System.Collections.Immutable;

namespace PropolisActors.Gateway.Http;

/// <summary>One path of the route table, cut into segments, and what its methods mean.</summary>
internal sealed class RoutePath(string template, IEnumerable<RouteEntry> entries)
{
    private readonly ImmutableArray<string> _segments = [.. template.Split('/', StringSplitOptions.RemoveEmptyEntries)];

    public ImmutableDictionary<string, RouteEntry> Methods { get; } =
        entries.ToImmutableDictionary(static entry => entry.Method, StringComparer.Ordinal);

    /// <summary>Whether a request's path, decoded, is this one. Case counts.</summary>
    public bool Matches(ReadOnlySpan<string> path)
    {
        if (path.Length != _segments.Length)
            return false;
        for (var i = 0; i < path.Length; i++)
        {
            if (!IsParameter(_segments[i]) && !string.Equals(_segments[i], path[i], StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    /// <summary>What stands in a request's path where the parameter is; null when this path has none of that
    /// name.</summary>
    public string? ValueOf(string parameter, ReadOnlySpan<string> path)
    {
        for (var i = 0; i < _segments.Length; i++)
        {
            if (IsParameter(_segments[i]) && _segments[i].AsSpan(1, _segments[i].Length - 2).SequenceEqual(parameter))
                return path[i];
        }

        return null;
    }

    private static bool IsParameter(string segment) => segment[0] == '{';
}
