// The HOCON grammar: text to HoconNode. It decides nothing about values; HoconResolver does.

namespace Propolis.Hocon;

internal sealed class HoconDocumentParser
{
    private readonly HoconCursor _cursor;
    private readonly HoconIncludes? _includes;
    private readonly HoconIncludeBudget _budget;
    private readonly int _includeDepth;
    private readonly IReadOnlyList<string> _scope;
    private readonly int _outerDepth;

    private HoconDocumentParser(
        HoconCursor cursor, HoconIncludes? includes, HoconIncludeBudget budget, int includeDepth,
        IReadOnlyList<string> scope, int outerDepth)
    {
        _cursor = cursor;
        _includes = includes;
        _budget = budget;
        _includeDepth = includeDepth;
        _scope = scope;
        _outerDepth = outerDepth;
    }

    /// <summary>Parses a whole document and everything it includes.</summary>
    /// <param name="text">The document.</param>
    /// <param name="file">Its name for errors, and what includes are relative to.</param>
    /// <param name="includes">Where includes come from; null refuses them.</param>
    public static HoconNode.Object Parse(string text, string file, HoconIncludes? includes)
    {
        var root = new HoconNode.Object();
        new HoconDocumentParser(new HoconCursor(text, file), includes, new HoconIncludeBudget(), 0, [], 0)
            .ParseDocument(root, text.Length);
        return root;
    }

    private void ParseDocument(HoconNode.Object root, int length)
    {
        if (length > HoconLimits.DocumentChars)
            throw _cursor.Error(0, $"the text is longer than {HoconLimits.DocumentChars} characters");
        _cursor.SkipLines();
        if (_cursor.Next == '[')
            throw _cursor.Unexpected("an object or a key");
        if (_cursor.Next != '{')
        {
            ParseFields(root, _scope, openedAt: null, _outerDepth);
            return;
        }
        var openedAt = _cursor.Position;
        _cursor.Skip(1);
        ParseFields(root, _scope, openedAt, _outerDepth + 1);
        _cursor.SkipLines();
        if (!_cursor.AtEnd)
            throw _cursor.Unexpected("the end of the text");
    }

    private void ParseFields(HoconNode.Object target, IReadOnlyList<string> path, int? openedAt, int depth)
    {
        while (true)
        {
            _cursor.SkipLines();
            if (_cursor.AtEnd && openedAt is { } start)
                throw _cursor.Error(start, "expected '}' to close this object, found the end of the text");
            if (_cursor.AtEnd)
                return;
            if (openedAt is not null && _cursor.TryTake("}"))
                return;
            if (!TryParseInclude(target, path, depth))
                ParseField(target, path, depth);
            _cursor.SkipLines();
            _cursor.TryTake(",");
        }
    }

    private void ParseField(HoconNode.Object target, IReadOnlyList<string> path, int depth)
    {
        var start = _cursor.Position;
        var key = _cursor.TakePath(AtEndOfKey, "'=', ':', '+=' or '{' after the key");
        CheckDepth(depth + key.Count, start);
        var appends = _cursor.TryTake("+=");
        if (!appends && _cursor.Next is '=' or ':')
            _cursor.Skip(1);
        _cursor.SkipLines();

        var valueAt = _cursor.Position;
        var value = ParseValue([.. path, .. key], depth + key.Count);
        if (appends)
        {
            value = new HoconNode.Concatenation(
                [new HoconNode.Earlier(), new HoconNode.Array([value])], new HoconPlace(_cursor, valueAt));
        }
        target.Descend(key.SkipLast(1)).GetOrAdd(key[^1]).Assign(value);
    }

    /// <summary>An object may start on the line after its key.</summary>
    private bool AtEndOfKey() =>
        _cursor.Next is '=' or ':' or '{' || _cursor.StartsWith("+=")
        || (_cursor.AtLineEnd && _cursor.PeekPastLines() == '{');

    private HoconNode ParseValue(IReadOnlyList<string> path, int depth)
    {
        var start = _cursor.Position;
        var parts = new List<HoconNode>();
        while (true)
        {
            var blanks = _cursor.TakeBlanks();
            if (_cursor.AtLineEnd || _cursor.AtComment || _cursor.Next is ',' or '}' or ']')
                break;
            if (blanks.Length > 0 && parts.Count > 0)
                parts.Add(new HoconNode.Text(blanks, Quoted: false));
            parts.Add(ParsePart(path, depth));
        }
        return parts.Count switch
        {
            0 => throw _cursor.Unexpected("a value"),
            1 => parts[0],
            _ => new HoconNode.Concatenation(parts, new HoconPlace(_cursor, start)),
        };
    }

    private HoconNode ParsePart(IReadOnlyList<string> path, int depth)
    {
        var start = _cursor.Position;
        switch (_cursor.Next)
        {
            case '"':
                return new HoconNode.Text(_cursor.TakeQuoted(), Quoted: true);
            case '{':
                CheckDepth(depth + 1, start);
                _cursor.Skip(1);
                var fields = new HoconNode.Object();
                ParseFields(fields, path, start, depth + 1);
                return fields;
            case '[':
                CheckDepth(depth + 1, start);
                return ParseArray(path, depth + 1);
            case '$' when _cursor.StartsWith("${"):
                return ParseSubstitution();
            case var _ when _cursor.AtReserved:
                throw _cursor.Unexpected("a value (text with this character needs quotes)");
            default:
                return new HoconNode.Text(_cursor.TakeUnquoted(), Quoted: false);
        }
    }

    private HoconNode.Array ParseArray(IReadOnlyList<string> path, int depth)
    {
        var start = _cursor.Position;
        _cursor.Skip(1);
        var items = new List<HoconNode>();
        while (true)
        {
            _cursor.SkipLines();
            if (_cursor.AtEnd)
                throw _cursor.Error(start, "expected ']' to close this array, found the end of the text");
            if (_cursor.TryTake("]"))
                return new HoconNode.Array(items);
            items.Add(ParseValue(path, depth));
            _cursor.SkipLines();
            if (!_cursor.TryTake(",") && _cursor.Next == '}')
                throw _cursor.Unexpected("',' or ']'");
        }
    }

    private HoconNode.Substitution ParseSubstitution()
    {
        var where = new HoconPlace(_cursor, _cursor.Position);
        _cursor.Skip(2);
        var optional = _cursor.TryTake("?");
        var path = _cursor.TakePath(() => _cursor.Next == '}', "'}' to close the substitution");
        _cursor.Skip(1);
        return new HoconNode.Substitution(path, _scope.Count == 0 ? null : [.. _scope, .. path], optional, where);
    }

    private bool TryParseInclude(HoconNode.Object target, IReadOnlyList<string> path, int depth)
    {
        var start = _cursor.Position;
        if (!_cursor.TryTake("include") || _cursor.TakeBlanks().Length == 0
            || !(_cursor.Next == '"' || _cursor.StartsWith("required(") || _cursor.StartsWith("file(")
                || _cursor.StartsWith("url(") || _cursor.StartsWith("classpath(")))
        {
            _cursor.Rewind(start);
            return false;
        }
        var nameAt = _cursor.Position;
        var required = _cursor.TryTake("required(");
        _cursor.TakeBlanks();
        var named = _cursor.TryTake("file(");
        _cursor.TakeBlanks();
        if (_cursor.Next != '"')
            throw _cursor.Unexpected("a file name in quotes (only files can be included)");
        var name = _cursor.TakeQuoted();
        for (var open = (required ? 1 : 0) + (named ? 1 : 0); open > 0; open--)
        {
            _cursor.TakeBlanks();
            if (!_cursor.TryTake(")"))
                throw _cursor.Unexpected("')' after the included file");
        }
        _cursor.TakeBlanks();
        if (!_cursor.AtLineEnd && !_cursor.AtComment && _cursor.Next is not (',' or '}'))
            throw _cursor.Unexpected("the end of the line after the included file");
        Include(target, path, depth, name, required, nameAt);
        return true;
    }

    private void Include(
        HoconNode.Object target, IReadOnlyList<string> path, int depth, string name, bool required, int nameAt)
    {
        if (_includes is null)
            throw _cursor.Error(nameAt, $"'{name}' cannot be included: this text did not come from a file");
        if (_includeDepth >= HoconLimits.IncludeDepth)
            throw _cursor.Error(nameAt, $"'{name}' is included more than {HoconLimits.IncludeDepth} deep");
        if (!_budget.TryTake())
            throw _cursor.Error(nameAt, $"more than {HoconLimits.Documents} files are included");
        switch (_includes.Open(name, _cursor.File))
        {
            case null when required:
                throw _cursor.Error(nameAt, $"the required file '{name}' does not exist");
            case HoconIncluded.Document document:
                new HoconDocumentParser(
                        new HoconCursor(document.Text, document.File), _includes, _budget, _includeDepth + 1, path, depth)
                    .ParseDocument(target, document.Text.Length);
                break;
            case HoconIncluded.Value { Root.IsObjectValue: true } value:
                foreach (var (key, item) in value.Root.GetObject().Items)
                    target.GetOrAdd(key).Assign(new HoconNode.Resolved(item));
                break;
        }
    }

    private void CheckDepth(int depth, int position)
    {
        if (depth > HoconLimits.Nesting)
            throw _cursor.Error(position, $"values are nested more than {HoconLimits.Nesting} deep");
    }
}

/// <summary>How many more documents one configuration may include.</summary>
internal sealed class HoconIncludeBudget
{
    private int _left = HoconLimits.Documents;

    public bool TryTake() => _left-- > 0;
}
