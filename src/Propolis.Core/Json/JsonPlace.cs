using System.Net;
using System.Text.Json;
using Propolis.Core.Spec;

namespace Propolis.Core.Json;

/// <summary>A JSON value together with where it stands in the body, so that every complaint says where.</summary>
/// <remarks>A complaint repeats names and words of the body, but none long enough to be an encryption key and no
/// other value: it may be a volume construction request with a key in it.</remarks>
internal readonly record struct JsonPlace(JsonElement Element, string Path)
{
    /// <summary>Longest name or word of a body repeated in a complaint, in characters. A UUID fits; an encryption key
    /// in base64 has 44.</summary>
    private const int EchoedCharactersMax = 40;

    /// <summary>Reads a whole body with <paramref name="read"/>, turning every complaint into text.</summary>
    public static bool TryRead<T>(
        ReadOnlyMemory<byte> body, Func<JsonPlace, T> read, out T? value, out string? error)
    {
        value = default;
        error = null;
        try
        {
            using var document = JsonDocument.Parse(body);
            value = read(new JsonPlace(document.RootElement, ""));
            return true;
        }
        catch (JsonException e)
        {
            // The parser's own text may repeat part of the body.
            error = $"not valid JSON at line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}";
        }
        catch (JsonShapeException e)
        {
            error = e.Message;
        }

        return false;
    }

    public JsonShapeException Wrong(string what) => new(Path.Length == 0 ? what : $"{Path}: {what}");

    public JsonPlace Child(string name, JsonElement element) =>
        new(element, Path.Length == 0 ? Shortened(name) : $"{Path}.{Shortened(name)}");

    /// <summary>The properties of an object, in their order. A property may occur twice.</summary>
    public IEnumerable<(string Name, JsonPlace Value)> Properties()
    {
        if (Element.ValueKind != JsonValueKind.Object)
            throw Wrong("expected an object");
        var place = this;
        return Element.EnumerateObject().Select(p =>
        {
            var name = place.Decoded(() => p.Name);
            return (name, place.Child(name, p.Value));
        });
    }

    public IEnumerable<JsonPlace> Items()
    {
        if (Element.ValueKind != JsonValueKind.Array)
            throw Wrong("expected an array");
        var path = Path;
        return Element.EnumerateArray().Select((item, index) => new JsonPlace(item, $"{path}[{index}]"));
    }

    public string Text()
    {
        var element = Element;
        return element.ValueKind == JsonValueKind.String
            ? Decoded(() => element.GetString()!)
            : throw Wrong("expected a string");
    }

    public bool Bool() => Element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong("expected true or false"),
    };

    public byte U8() => IsNumber && Element.TryGetByte(out var n) ? n : throw Wrong("expected an integer, 0 to 255");

    public uint U32() =>
        IsNumber && Element.TryGetUInt32(out var n) ? n : throw Wrong("expected an unsigned 32-bit integer");

    public ulong U64() =>
        IsNumber && Element.TryGetUInt64(out var n) ? n : throw Wrong("expected an unsigned 64-bit integer");

    public Guid Uuid() => UuidText.TryParse(Text(), out var uuid) ? uuid : throw Wrong("expected a UUID");

    public SpecKey Key() => SpecKey.Parse(Text());

    /// <summary>One of a closed set of words.</summary>
    public T OneOf<T>(params ReadOnlySpan<(string Word, T Value)> words)
    {
        var text = Text();
        foreach (var (word, value) in words)
        {
            if (string.Equals(word, text, StringComparison.Ordinal))
                return value;
        }

        throw Wrong($"unknown variant `{Shortened(text)}`");
    }

    /// <summary><c>ip:port</c> or <c>[ip6]:port</c>.</summary>
    public IPEndPoint SocketAddress()
    {
        var text = Text();
        var split = text.LastIndexOf(':');
        // The base library also takes an address without a port, and IPv4 in octal or with parts missing.
        var isWhole = split > 0 && (text[0] == '[' ? text[split - 1] == ']' : !text[..split].Contains(':'));
        return isWhole && IPEndPoint.TryParse(text, out var address)
            && (text[0] == '[' || string.Equals(address.Address.ToString(), text[..split], StringComparison.Ordinal))
            ? address
            : throw Wrong("expected an address, ip:port");
    }

    private bool IsNumber => Element.ValueKind == JsonValueKind.Number;

    /// <summary>Text is decoded late, so a broken escape or broken UTF-8 shows only here.</summary>
    private string Decoded(Func<string> decode)
    {
        try
        {
            return decode();
        }
        catch (InvalidOperationException)
        {
            throw Wrong("text that is not Unicode");
        }
    }

    internal static string Shortened(string text) =>
        text.Length <= EchoedCharactersMax ? text : $"<{text.Length} characters>";
}
