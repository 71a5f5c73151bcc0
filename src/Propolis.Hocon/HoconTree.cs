// The parsed but unresolved form. A key keeps every value it was ever given, oldest first, because a substitution may
// refer to an earlier one and an object merges into the one before it.

namespace Propolis.Hocon;

/// <summary>A place in a text, its line counted only if an error has to name it.</summary>
internal readonly record struct HoconPlace(HoconCursor Text, int Offset)
{
    public HoconSyntaxException Error(string problem) => Text.Error(Offset, problem);
}

internal abstract record HoconNode
{
    public sealed record Text(string Value, bool Quoted) : HoconNode;

    /// <summary><c>${path}</c> or <c>${?path}</c>. Inside an included document <paramref name="Scoped"/> is the path as
    /// seen from the including one, and is tried first.</summary>
    public sealed record Substitution(
        IReadOnlyList<string> Path, IReadOnlyList<string>? Scoped, bool Optional, HoconPlace Where) : HoconNode;

    /// <summary>What the key held before this assignment; the left side of <c>+=</c>.</summary>
    public sealed record Earlier : HoconNode;

    public sealed record Concatenation(IReadOnlyList<HoconNode> Parts, HoconPlace Where) : HoconNode;

    public sealed record Array(IReadOnlyList<HoconNode> Items) : HoconNode;

    /// <summary>A value that is already resolved: from an include callback.</summary>
    public sealed record Resolved(HoconValue Value) : HoconNode;

    public sealed record Object : HoconNode
    {
        private readonly Dictionary<string, HoconSlot> _slots = new(StringComparer.Ordinal);

        public IEnumerable<KeyValuePair<string, HoconSlot>> Slots => _slots;

        public HoconSlot? Find(string key) => _slots.GetValueOrDefault(key);

        public HoconSlot GetOrAdd(string key)
        {
            if (!_slots.TryGetValue(key, out var slot))
                _slots.Add(key, slot = new HoconSlot());
            return slot;
        }

        /// <summary>The object under <paramref name="path"/>, made where it is not there yet.</summary>
        public Object Descend(IEnumerable<string> path)
        {
            var at = this;
            foreach (var key in path)
                at = at.GetOrAdd(key).OpenObject();
            return at;
        }

        public void Merge(Object newer)
        {
            foreach (var (key, slot) in newer.Slots)
            {
                foreach (var value in slot.Values)
                    GetOrAdd(key).Assign(value);
            }
        }
    }
}

/// <summary>Everything assigned to one key, oldest first.</summary>
internal sealed class HoconSlot
{
    public List<HoconNode> Values { get; } = [];

    /// <summary>Puts <paramref name="value"/> on top. An object goes into the object already there, key by key, so that
    /// each key keeps its own earlier values.</summary>
    public void Assign(HoconNode value)
    {
        if (value is HoconNode.Object added && Values is [.., HoconNode.Object newest])
            newest.Merge(added);
        else
            Values.Add(value);
    }

    /// <summary>The object that fields may be added to: the newest value if it is one, else a new one on top.</summary>
    public HoconNode.Object OpenObject()
    {
        if (Values is [.., HoconNode.Object newest])
            return newest;
        var added = new HoconNode.Object();
        Values.Add(added);
        return added;
    }
}
