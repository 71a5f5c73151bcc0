namespace Propolis.Hocon;

/// <summary>An object: keys and their values, in the order the text gave them.</summary>
public sealed class HoconObject
{
    private readonly OrderedDictionary<string, HoconValue> _items;

    internal HoconObject(IEnumerable<KeyValuePair<string, HoconValue>> items) =>
        _items = new OrderedDictionary<string, HoconValue>(items, StringComparer.Ordinal);

    /// <summary>Every key with its value.</summary>
    public IReadOnlyDictionary<string, HoconValue> Items => _items;

    /// <summary>The value of <paramref name="key"/>, which is one element and not a path; null when there is none.</summary>
    public HoconValue? GetKey(string key) => _items.GetValueOrDefault(key);

    internal static HoconObject Merge(HoconObject older, HoconObject newer)
    {
        var merged = new OrderedDictionary<string, HoconValue>(older._items, StringComparer.Ordinal);
        foreach (var (key, value) in newer._items)
            merged[key] = merged.TryGetValue(key, out var below) ? HoconValue.Merge(below, value) : value;
        return new HoconObject(merged);
    }
}
