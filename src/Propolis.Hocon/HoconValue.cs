using System.Globalization;

namespace Propolis.Hocon;

/// <summary>One resolved value: null, text, an array or an object. Immutable.</summary>
/// <remarks>HOCON does not tell numbers, durations and booleans from text; the reader that is called does. A reader
/// that meets something else throws <see cref="HoconException"/>.</remarks>
public sealed class HoconValue
{
    private readonly string? _text;
    private readonly List<HoconValue>? _items;
    private readonly HoconObject? _fields;

    private HoconValue(string? text, List<HoconValue>? items, HoconObject? fields) =>
        (_text, _items, _fields) = (text, items, fields);

    public static HoconValue Null { get; } = new(null, null, null);

    public static HoconValue EmptyObject { get; } = OfFields([]);

    /// <summary>True for null and for an object without keys.</summary>
    public bool IsEmpty => IsNull || _fields is { Items.Count: 0 };

    public bool IsNull => _text is null && _items is null && _fields is null;

    public bool IsObjectValue => _fields is not null;

    public bool IsString() => _text is not null;

    public bool IsArray() => _items is not null;

    public bool IsObject() => _fields is not null;

    /// <summary>The text, or null for a null value.</summary>
    public string? GetString() => _items is null && _fields is null ? _text : throw Mismatch("text");

    public HoconObject GetObject() => _fields ?? throw Mismatch("an object");

    public IList<HoconValue> GetArray() => _items?.AsReadOnly() ?? throw Mismatch("an array");

    /// <summary>The value of one key of this object; null when there is none.</summary>
    public HoconValue? GetChildObject(string key) => _fields?.GetKey(key);

    /// <summary>on, true, yes or off, false, no.</summary>
    public bool GetBoolean() => Scalar("a boolean (on, off, true, false, yes, no)") switch
    {
        "on" or "true" or "yes" => true,
        "off" or "false" or "no" => false,
        _ => throw Mismatch("a boolean (on, off, true, false, yes, no)"),
    };

    public int GetInt() => Number<int>("a 32-bit integer", NumberStyles.AllowLeadingSign);

    public long GetLong() => Number<long>("a 64-bit integer", NumberStyles.AllowLeadingSign);

    public byte GetByte() => Number<byte>("an integer from 0 to 255", NumberStyles.None);

    public double GetDouble() => Number<double>("a number", NumberStyles.Float);

    public float GetFloat() => Number<float>("a number", NumberStyles.Float);

    public decimal GetDecimal() => Number<decimal>("a decimal number", NumberStyles.Float);

    /// <summary>A duration such as <c>10s</c> or <c>100 ms</c>; a bare number counts milliseconds.</summary>
    /// <param name="allowInfinite">Whether <c>infinite</c> is taken, as <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    public TimeSpan GetTimeSpan(bool allowInfinite = true)
    {
        const string Expected = "a duration (number and ns, us, ms, s, m, h or d)";
        var text = Scalar(Expected);
        if (text == "infinite")
            return allowInfinite ? Timeout.InfiniteTimeSpan : throw Mismatch("a finite duration");
        return HoconUnits.TryParseDuration(text, out var duration) ? duration : throw Mismatch(Expected);
    }

    /// <summary>A size in bytes such as <c>128k</c> or <c>1 MiB</c>; null for a null value.</summary>
    public long? GetByteSize()
    {
        const string Expected = "a size (number and b, kB, KiB, MB, MiB, ...)";
        if (IsNull)
            return null;
        return HoconUnits.TryParseSize(Scalar(Expected), out var size) ? size : throw Mismatch(Expected);
    }

    public IList<string> GetStringList() => List(item => item.GetString() ?? throw item.Mismatch("text"));

    public IList<int> GetIntList() => List(item => item.GetInt());

    public IList<long> GetLongList() => List(item => item.GetLong());

    public IList<byte> GetByteList() => List(item => item.GetByte());

    public IList<bool> GetBooleanList() => List(item => item.GetBoolean());

    public IList<double> GetDoubleList() => List(item => item.GetDouble());

    public IList<float> GetFloatList() => List(item => item.GetFloat());

    public IList<decimal> GetDecimalList() => List(item => item.GetDecimal());

    /// <summary>The value as HOCON text that reads back as the same value.</summary>
    public override string ToString() => HoconWriter.Write(this);

    /// <summary>A text, whatever its content means to the one who reads it.</summary>
    public static HoconValue OfText(string text) => new(text, null, null);

    /// <summary>An array.</summary>
    public static HoconValue OfItems(IEnumerable<HoconValue> items) => new(null, [.. items], null);

    /// <summary>An object; a key given twice is an <see cref="ArgumentException"/>.</summary>
    public static HoconValue OfFields(IEnumerable<KeyValuePair<string, HoconValue>> fields) =>
        new(null, null, new HoconObject(fields));

    /// <summary>Two objects become one in which <paramref name="newer"/> wins key by key; otherwise
    /// <paramref name="newer"/> hides <paramref name="older"/>.</summary>
    public static HoconValue Merge(HoconValue older, HoconValue newer) =>
        older._fields is { } below && newer._fields is { } above
            ? new HoconValue(null, null, HoconObject.Merge(below, above))
            : newer;

    /// <summary>The value under the elements of <paramref name="path"/> from number <paramref name="next"/> on.</summary>
    public HoconValue? Find(IReadOnlyList<string> path, int next = 0)
    {
        var at = this;
        for (; at is not null && next < path.Count; next++)
            at = at.GetChildObject(path[next]);
        return at;
    }

    private List<T> List<T>(Func<HoconValue, T> read) =>
        _items is null ? throw Mismatch("an array") : _items.ConvertAll(item => read(item));

    private string Scalar(string expected) => _text ?? throw Mismatch(expected);

    private T Number<T>(string expected, NumberStyles styles)
        where T : System.Numerics.INumberBase<T> =>
        T.TryParse(Scalar(expected), styles, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Mismatch(expected);

    // The text itself stays out of the message: it may be a password under a mistaken key.
    private HoconException Mismatch(string expected) => new($"expected {expected}, found " + this switch
    {
        { IsNull: true } => "null",
        { _items: not null } => "an array",
        { _fields: not null } => "an object",
        _ => "other text",
    });
}
