// The reading position in one HOCON text, and what is below the grammar: blanks, comments, quoted strings and paths.

using System.Globalization;
using System.Text;

namespace Propolis.Hocon;

internal sealed class HoconCursor(string text, string file)
{
    // '+' is left out although the format reserves it: "+=" is recognised first, and offsets such as "+1" are common.
    private const string NotInUnquotedText = "$\"{}[]:=,#`^?!@*&\\";

    private readonly string _text = text;
    private int _position;

    public string File { get; } = file;

    public int Position => _position;

    public bool AtEnd => _position >= _text.Length;

    /// <summary>The next character, or NUL at the end of the text.</summary>
    public char Next => AtEnd ? '\0' : _text[_position];

    public bool AtLineEnd => AtEnd || Next == '\n';

    public bool AtBlank => !AtEnd && (char.IsWhiteSpace(Next) || Next == '\uFEFF') && Next != '\n';

    public bool AtComment => Next == '#' || StartsWith("//");

    public bool AtReserved => AtEnd || NotInUnquotedText.Contains(Next, StringComparison.Ordinal);

    public bool StartsWith(string expected) =>
        string.CompareOrdinal(_text, _position, expected, 0, expected.Length) == 0;

    public char Take() => _text[_position++];

    public void Skip(int count) => _position += count;

    public void Rewind(int position) => _position = position;

    public bool TryTake(string expected)
    {
        if (!StartsWith(expected))
            return false;
        _position += expected.Length;
        return true;
    }

    public string TakeBlanks()
    {
        var start = _position;
        while (AtBlank)
            _position++;
        return _text[start.._position];
    }

    /// <summary>Skips blanks, line ends and comments.</summary>
    public void SkipLines()
    {
        while (!AtEnd)
        {
            if (AtBlank || Next == '\n')
                _position++;
            else if (AtComment)
                SkipComment();
            else
                return;
        }
    }

    /// <summary>What <see cref="SkipLines"/> would lead to, without moving.</summary>
    public char PeekPastLines()
    {
        var start = _position;
        SkipLines();
        var next = Next;
        _position = start;
        return next;
    }

    public string TakeUnquoted()
    {
        var start = _position;
        while (!AtReserved && !AtBlank && Next != '\n' && !AtComment)
            _position++;
        return _text[start.._position];
    }

    /// <summary>Takes a string in one or three double quotes.</summary>
    public string TakeQuoted()
    {
        var start = _position;
        return TryTake("\"\"\"") ? TakeTripleQuoted(start) : TakeSingleQuoted(start);
    }

    /// <summary>Takes a dotted path up to <paramref name="atTerminator"/>, which is not taken.</summary>
    /// <param name="atTerminator">Tells whether the path is over at the present position.</param>
    /// <param name="expected">What must follow the path, for the error when it does not.</param>
    public List<string> TakePath(Func<bool> atTerminator, string expected)
    {
        var elements = new List<string>();
        var element = new StringBuilder();
        var elementStarted = false;
        while (true)
        {
            var blanks = TakeBlanks();
            if (!AtEnd && !atTerminator() && Next != '.' && element.Length > 0)
                element.Append(blanks);
            if (atTerminator() || Next == '.')
            {
                if (!elementStarted)
                    throw Unexpected("a key name");
                elements.Add(element.ToString());
                element.Clear();
                elementStarted = false;
                if (atTerminator())
                    return elements;
                Skip(1);
            }
            else if (Next == '"')
            {
                element.Append(TakeQuoted());
                elementStarted = true;
            }
            else if (AtReserved || AtLineEnd || AtComment)
            {
                throw Unexpected(elementStarted ? expected : "a key name");
            }
            else
            {
                element.Append(Take());
                elementStarted = true;
            }
        }
    }

    public HoconPosition Locate(int position)
    {
        var before = _text.AsSpan(0, Math.Min(position, _text.Length));
        return new HoconPosition(File, before.Count('\n') + 1, position - before.LastIndexOf('\n'));
    }

    public HoconSyntaxException Error(int position, string problem) => new(Locate(position), problem);

    public HoconSyntaxException Unexpected(string expected) =>
        Error(_position, $"expected {expected}, found {DescribeNext()}");

    private void SkipComment()
    {
        while (!AtLineEnd)
            _position++;
    }

    private string DescribeNext() => AtEnd
        ? "the end of the text"
        : Next switch
        {
            '\n' => "the end of the line",
            '\'' => "\"'\"",
            _ when char.IsControl(Next) => string.Create(CultureInfo.InvariantCulture, $"character {(int)Next}"),
            _ => $"'{Next}'",
        };

    private string TakeTripleQuoted(int start)
    {
        var end = _text.IndexOf("\"\"\"", _position, StringComparison.Ordinal);
        if (end < 0)
            throw Error(start, "expected '\"\"\"' to close this string, found the end of the text");
        // Quotes directly before the closing three belong to the string.
        while (end + 3 < _text.Length && _text[end + 3] == '"')
            end++;
        var value = _text[_position..end];
        _position = end + 3;
        return value;
    }

    private string TakeSingleQuoted(int start)
    {
        Skip(1);
        var value = new StringBuilder();
        while (true)
        {
            if (AtLineEnd)
                throw Error(start, "expected '\"' to close this string, found " + DescribeNext());
            var c = Take();
            if (c == '"')
                return value.ToString();
            value.Append(c == '\\' ? TakeEscape() : c);
        }
    }

    private char TakeEscape()
    {
        var start = _position - 1;
        var c = AtEnd ? '\0' : Take();
        return c switch
        {
            '"' or '\\' or '/' => c,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' when _position + 4 <= _text.Length && ushort.TryParse(
                _text.AsSpan(_position, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                => TakeCodeUnit(code),
            _ => throw Error(start, "expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX after '\\'"),
        };
    }

    private char TakeCodeUnit(ushort code)
    {
        Skip(4);
        return (char)code;
    }
}
