using System.Collections.Immutable;

namespace Akka.Cluster.Sharding;

/// <summary>Equality of dictionaries by content.</summary>
internal static class Same
{
    public static bool Entries<TKey, TValue>(
        IImmutableDictionary<TKey, TValue> one, IImmutableDictionary<TKey, TValue> other)
        where TKey : notnull
        => one.Count == other.Count
            && one.All(entry => other.TryGetValue(entry.Key, out var value) && Equals(entry.Value, value));
}
