// Values to HOCON text that any HOCON reader takes: no includes, no substitutions, quotes wherever there is doubt.

using System.Globalization;
using System.Text;

namespace Propolis.Hocon;

internal static class HoconWriter
{
    public static string Write(HoconValue value)
    {
        var text = new StringBuilder();
        if (value.IsObjectValue)
            WriteFields(text, value.GetObject(), indent: 0);
        else
            WriteValue(text, value, indent: 0);
        return text.ToString();
    }

    private static void WriteFields(StringBuilder text, HoconObject fields, int indent)
    {
        foreach (var (key, value) in fields.Items)
        {
            text.Append(' ', indent);
            WriteText(text, key, mayBeBare: IsBareKey(key));
            text.Append(value.IsObjectValue ? " " : " = ");
            WriteValue(text, value, indent);
            text.Append('\n');
        }
    }

    private static void WriteValue(StringBuilder text, HoconValue value, int indent)
    {
        if (value.IsNull)
        {
            text.Append("null");
        }
        else if (value.IsObjectValue)
        {
            text.Append("{\n");
            WriteFields(text, value.GetObject(), indent + 2);
            text.Append(' ', indent).Append('}');
        }
        else if (value.IsArray())
        {
            text.Append('[');
            foreach (var (i, item) in value.GetArray().Index())
            {
                text.Append(i == 0 ? string.Empty : ", ");
                WriteValue(text, item, indent + 2);
            }
            text.Append(']');
        }
        else
        {
            var s = value.GetString()!;
            WriteText(text, s, mayBeBare: IsBareValue(s));
        }
    }

    private static void WriteText(StringBuilder text, string s, bool mayBeBare)
    {
        if (mayBeBare)
        {
            text.Append(s);
            return;
        }
        text.Append('"');
        foreach (var c in s)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                _ when char.IsControl(c) => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }
        text.Append('"');
    }

    private static bool IsBareKey(string s) =>
        s.Length > 0 && s != "include" && s.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static bool IsBareValue(string s) =>
        s.Length > 0 && s != "null" && s.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
