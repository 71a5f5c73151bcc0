using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Propolis.Core;

/// <summary>An immutable list that compares by its items, so that a record holding one compares by value.</summary>
/// <remarks>A record's own equality compares a collection by reference, which no message here wants.</remarks>
[CollectionBuilder(typeof(ValueList), nameof(ValueList.Create))]
public sealed class ValueList<T> : IReadOnlyList<T>, IEquatable<ValueList<T>>
    where T : IEquatable<T>
{
    private readonly ImmutableArray<T> _items;

    internal ValueList(ImmutableArray<T> items) => _items = items;

    public int Count => _items.Length;

    public T this[int index] => _items[index];

    public bool Contains(T item) => _items.Contains(item);

    /// <summary>The same list without <paramref name="item"/>; the same object when it is not there.</summary>
    public ValueList<T> Without(T item) => _items.Contains(item) ? new(_items.Remove(item)) : this;

    /// <summary>The same list with <paramref name="item"/> at its end.</summary>
    public ValueList<T> With(T item) => new(_items.Add(item));

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(ValueList<T>? other) =>
        other is not null && _items.AsSpan().SequenceEqual(other._items.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as ValueList<T>);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in _items)
            hash.Add(item);
        return hash.ToHashCode();
    }

    public override string ToString() => $"[{string.Join(", ", _items)}]";
}

/// <summary>Makes <see cref="ValueList{T}"/>; also what a collection expression calls.</summary>
public static class ValueList
{
    public static ValueList<T> Create<T>(ReadOnlySpan<T> items)
        where T : IEquatable<T> => new([.. items]);

    /// <summary>Copies a sequence, in its order.</summary>
    public static ValueList<T> From<T>(IEnumerable<T> items)
        where T : IEquatable<T> => new([.. items]);
}
