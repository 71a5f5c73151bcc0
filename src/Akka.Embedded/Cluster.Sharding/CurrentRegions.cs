using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Cluster.Sharding;

/// <summary>The nodes that have a region of a type.</summary>
public sealed class CurrentRegions : IEquatable<CurrentRegions>
{
    public readonly IImmutableSet<Address> Regions;

    public CurrentRegions(IImmutableSet<Address> regions) => Regions = regions;

    /// <inheritdoc/>
    public bool Equals(CurrentRegions? other) => other is not null && Regions.SetEquals(other.Regions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CurrentRegions);

    /// <inheritdoc/>
    public override int GetHashCode() => Regions.Count;

    /// <inheritdoc/>
    public override string ToString() => $"CurrentRegions([{string.Join(", ", Regions)}])";
}
