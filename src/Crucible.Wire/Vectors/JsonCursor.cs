using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Crucible.Wire.Vectors;

/// <summary>A place in a vector file, with its path for error messages. Every reading checks the form.</summary>
internal readonly struct JsonCursor(JsonElement element, string path)
{
    public JsonElement Element => element;

    public string Path => path;

    public bool IsNull => element.ValueKind == JsonValueKind.Null;

    public JsonCursor this[string member] =>
        TryMember(member, out var found) ? found : throw new VectorFormatException($"{path}.{member}", "is missing");

    public bool TryMember(string member, out JsonCursor found)
    {
        Expect(JsonValueKind.Object, "an object");
        var exists = element.TryGetProperty(member, out var value);
        found = new JsonCursor(value, $"{path}.{member}");
        return exists;
    }

    /// <summary>A flag that is false when absent.</summary>
    public bool Flag(string member) => TryMember(member, out var found) && found.Bool();

    public IEnumerable<JsonCursor> Items()
    {
        Expect(JsonValueKind.Array, "a list");
        var at = path;
        return element.EnumerateArray().Select((item, index) => new JsonCursor(item, $"{at}[{index}]"));
    }

    /// <summary>The members of an object in their order.</summary>
    public IReadOnlyList<(string Name, JsonCursor Value)> Members()
    {
        Expect(JsonValueKind.Object, "an object");
        try
        {
            var at = path;
            return [.. element.EnumerateObject().Select(m => (m.Name, new JsonCursor(m.Value, $"{at}.{m.Name}")))];
        }
        catch (InvalidOperationException e)
        {
            throw new VectorFormatException(path, "has a member whose name is not Unicode text", e);
        }
    }

    public T[] List<T>(Func<JsonCursor, T> read) => Items().Select(read).ToArray();

    public string Text()
    {
        Expect(JsonValueKind.String, "text");
        return IsText(out var text) ? text : throw new VectorFormatException(path, "is not Unicode text");
    }

    /// <summary>False also for text with half a surrogate pair, which JSON can spell and UTF-8 cannot.</summary>
    public bool IsText([NotNullWhen(true)] out string? text)
    {
        try
        {
            text = element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            text = null;
        }

        return text is not null;
    }

    public bool Bool() => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new VectorFormatException(path, "must be true or false"),
    };

    /// <summary>64-bit numbers are decimal text, since JSON numbers are not exact.</summary>
    public ulong UInt64() =>
        ulong.TryParse(Text(), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new VectorFormatException(path, "must be a 64-bit number in decimal text");

    public uint UInt32() => element.ValueKind == JsonValueKind.Number && element.TryGetUInt32(out var value)
        ? value
        : throw new VectorFormatException(path, "must be a whole number of 32 bits");

    public byte Byte() => element.ValueKind == JsonValueKind.Number && element.TryGetByte(out var value)
        ? value
        : throw new VectorFormatException(path, "must be a whole number of 8 bits");

    public byte[] Hex()
    {
        try
        {
            return Convert.FromHexString(Text());
        }
        catch (FormatException e)
        {
            throw new VectorFormatException(path, "must be pairs of hexadecimal digits", e);
        }
    }

    public byte[] Hex(int bytes)
    {
        var value = Hex();
        return value.Length == bytes ? value : throw new VectorFormatException(path, $"must be {bytes} bytes");
    }

    public Guid Uuid() => Guid.TryParseExact(Text(), "D", out var value)
        ? value
        : throw new VectorFormatException(path, "must be a UUID");

    public IPEndPoint Address() => IPEndPoint.TryParse(Text(), out var value)
        ? value
        : throw new VectorFormatException(path, "must be a socket address");

    private void Expect(JsonValueKind kind, string what)
    {
        if (element.ValueKind != kind)
            throw new VectorFormatException(path, $"must be {what}");
    }
}
