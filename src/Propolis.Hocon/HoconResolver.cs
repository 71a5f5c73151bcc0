// Turns the parsed form into values: looks substitutions up, joins concatenations, merges objects.
//
// Looking up is lazy and works from a key's newest value backwards, so that a value which was overwritten is never
// looked at and "a { x = 1, y = ${a.x} }" does not need all of "a" to know "a.x". While a key's value number i is
// being resolved, a reference back to the key sees the values before i only: that is what makes "path = ${path}/bin"
// mean the earlier path, and what ends a circle.

using System.Text;

namespace Propolis.Hocon;

internal sealed class HoconResolver
{
    private readonly HoconNode.Object _root;
    private readonly string _file;
    private readonly Dictionary<HoconSlot, int> _resolving = [];
    private int _depth;
    private int _stepsLeft = HoconLimits.ResolveSteps;

    private HoconResolver(HoconNode.Object root, string file) => (_root, _file) = (root, file);

    /// <summary>Resolves a whole document.</summary>
    /// <exception cref="HoconSyntaxException">A substitution leads nowhere, parts of a value do not go together, or a
    /// limit is met.</exception>
    public static HoconValue Resolve(HoconNode.Object root, string file) =>
        new HoconResolver(root, file).ResolveObject(root);

    /// <summary>The value of a key from its first <paramref name="count"/> assignments; null when there is none.</summary>
    private HoconValue? ResolveSlot(HoconSlot slot, int count)
    {
        if (_resolving.TryGetValue(slot, out var busy))
            count = Math.Min(count, busy);
        HoconValue? result = null;
        for (var i = count - 1; i >= 0; i--)
        {
            if (ResolveAt(slot, i) is not { } value)
                continue;
            result = result is null ? value : HoconValue.Merge(older: value, newer: result);
            if (!value.IsObjectValue)
                break;
        }
        return result;
    }

    private HoconValue? ResolveAt(HoconSlot slot, int index)
    {
        if (++_depth > HoconLimits.ResolveDepth || --_stepsLeft < 0)
            throw TooMuch(slot.Values[index]);
        var wasBusy = _resolving.TryGetValue(slot, out var busy);
        _resolving[slot] = index;
        var value = ResolveNode(slot.Values[index], slot);
        if (wasBusy)
            _resolving[slot] = busy;
        else
            _resolving.Remove(slot);
        _depth--;
        return value;
    }

    private HoconValue? ResolveNode(HoconNode node, HoconSlot slot) => node switch
    {
        HoconNode.Text { Quoted: false, Value: "null" } => HoconValue.Null,
        HoconNode.Text text => HoconValue.OfText(text.Value),
        HoconNode.Object fields => ResolveObject(fields),
        HoconNode.Array array => ResolveArray(array, slot),
        HoconNode.Resolved resolved => resolved.Value,
        HoconNode.Earlier => ResolveSlot(slot, slot.Values.Count),
        HoconNode.Substitution substitution => Substitute(substitution),
        HoconNode.Concatenation concatenation => Concatenate(concatenation, slot),
        _ => throw new System.Diagnostics.UnreachableException(node.GetType().Name),
    };

    private HoconValue ResolveObject(HoconNode.Object node)
    {
        var fields = new List<KeyValuePair<string, HoconValue>>();
        foreach (var (key, slot) in node.Slots)
        {
            if (ResolveSlot(slot, slot.Values.Count) is { } value)
                fields.Add(new(key, value));
        }
        return HoconValue.OfFields(fields);
    }

    private HoconValue ResolveArray(HoconNode.Array node, HoconSlot slot)
    {
        var items = new List<HoconValue>(node.Items.Count);
        foreach (var item in node.Items)
        {
            if (--_stepsLeft < 0)
                throw TooMuch(node);
            if (ResolveNode(item, slot) is { } value)
                items.Add(value);
        }
        return HoconValue.OfItems(items);
    }

    private HoconValue? Substitute(HoconNode.Substitution node)
    {
        if (++_depth > HoconLimits.ResolveDepth || --_stepsLeft < 0)
            throw TooMuch(node);
        var found = (node.Scoped is null ? null : Find(node.Scoped)) ?? Find(node.Path) ?? FromEnvironment(node.Path);
        _depth--;
        if (found is null && !node.Optional)
        {
            throw node.Where.Error(
                $"'{string.Join('.', node.Path)}' has no value here, nor is there such an environment variable");
        }
        return found;
    }

    private HoconValue? Find(IReadOnlyList<string> path) =>
        _root.Find(path[0]) is { } slot ? FindBelow(slot, path, 1) : null;

    private HoconValue? FindBelow(HoconSlot slot, IReadOnlyList<string> path, int next)
    {
        if (next == path.Count)
            return ResolveSlot(slot, slot.Values.Count);
        var busy = _resolving.GetValueOrDefault(slot, slot.Values.Count);
        HoconValue? result = null;
        for (var i = slot.Values.Count - 1; i >= 0; i--)
        {
            HoconValue? part;
            if (slot.Values[i] is HoconNode.Object fields)
            {
                part = fields.Find(path[next]) is { } child ? FindBelow(child, path, next + 1) : null;
            }
            else if (i >= busy || ResolveAt(slot, i) is not { } whole)
            {
                continue;
            }
            else
            {
                part = whole.Find(path, next);
                if (!whole.IsObjectValue)
                    return result;
            }
            if (part is null)
                continue;
            result = result is null ? part : HoconValue.Merge(older: part, newer: result);
            if (!part.IsObjectValue)
                return result;
        }
        return result;
    }

    private static HoconValue? FromEnvironment(IReadOnlyList<string> path) =>
        Environment.GetEnvironmentVariable(string.Join('.', path)) is { } value ? HoconValue.OfText(value) : null;

    private HoconValue? Concatenate(HoconNode.Concatenation node, HoconSlot slot)
    {
        var parts = new List<HoconValue>();
        var somePresent = false;
        foreach (var part in node.Parts)
        {
            var isBlank = part is HoconNode.Text { Quoted: false } text && string.IsNullOrWhiteSpace(text.Value);
            if (ResolveNode(part, slot) is not { } value)
                continue;
            somePresent |= !isBlank;
            parts.Add(value);
        }
        if (!somePresent)
            return null;
        if (parts.Exists(p => p.IsObjectValue || p.IsArray()))
            parts.RemoveAll(p => p.IsString() && string.IsNullOrWhiteSpace(p.GetString()));
        if (parts.TrueForAll(p => p.IsObjectValue))
            return parts.Aggregate((older, newer) => HoconValue.Merge(older, newer));
        if (parts.TrueForAll(p => p.IsArray()))
            return JoinArrays(parts, node);
        if (parts.Exists(p => p.IsObjectValue || p.IsArray()))
        {
            throw node.Where.Error(
                "objects, arrays and text cannot be joined into one value; expected parts of one kind");
        }
        return HoconValue.OfText(Join(parts, node.Where));
    }

    private HoconValue JoinArrays(List<HoconValue> arrays, HoconNode node)
    {
        _stepsLeft -= arrays.Sum(a => a.GetArray().Count);
        return _stepsLeft >= 0
            ? HoconValue.OfItems([.. arrays.SelectMany(a => a.GetArray())])
            : throw TooMuch(node);
    }

    private static string Join(List<HoconValue> parts, HoconPlace where)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            text.Append(part.GetString() ?? "null");
            if (text.Length > HoconLimits.TextChars)
                throw where.Error($"a value is longer than {HoconLimits.TextChars} characters");
        }
        return text.ToString();
    }

    private HoconSyntaxException TooMuch(HoconNode node)
    {
        var problem = $"substitutions lead more than {HoconLimits.ResolveDepth} deep or to more than "
            + $"{HoconLimits.ResolveSteps} values";
        return node switch
        {
            HoconNode.Substitution s => s.Where.Error(problem),
            HoconNode.Concatenation c => c.Where.Error(problem),
            _ => new HoconSyntaxException(new HoconPosition(_file, 1, 1), problem),
        };
    }
}
