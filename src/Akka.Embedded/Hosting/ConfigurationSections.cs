// Microsoft configuration sections to HOCON.

using System.Text;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Microsoft.Extensions.Configuration;

namespace Akka.Hosting;

internal static class ConfigurationSections
{
    /// <summary>The children of <paramref name="configuration"/>; children numbered from 0 become an array.</summary>
    public static Config ToHocon(IConfiguration configuration, bool normalizeKeys)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return new Config(new HoconRoot(ReadObject([.. configuration.GetChildren()], normalizeKeys)));
    }

    private static HoconValue ReadObject(List<IConfigurationSection> children, bool normalizeKeys)
    {
        var result = HoconValue.EmptyObject;
        foreach (var child in children)
        {
            if (Read(child, normalizeKeys) is not { } value)
                continue;
            var cursor = new HoconCursor(child.Key, "configuration key");
            foreach (var key in cursor.TakePath(() => cursor.AtEnd, "the end of the key").AsEnumerable().Reverse())
                value = HoconValue.OfFields([new(normalizeKeys ? Normalize(key) : key, value)]);
            result = HoconValue.Merge(older: result, newer: value);
        }
        return result;
    }

    private static HoconValue? Read(IConfigurationSection section, bool normalizeKeys)
    {
        List<IConfigurationSection> children = [.. section.GetChildren()];
        if (children.Count == 0)
            return section.Value is { } text ? HoconValue.OfText(ReadText(text)) : null;
        return children.Index().All(c => c.Item.Key == c.Index.ToString(System.Globalization.CultureInfo.InvariantCulture))
            ? HoconValue.OfItems([.. children.Select(c => Read(c, normalizeKeys)).OfType<HoconValue>()])
            : ReadObject(children, normalizeKeys);
    }

    // JSON's true and false arrive as True and False, which HOCON does not know.
    private static string ReadText(string text) => text switch
    {
        "True" => "true",
        "False" => "false",
        _ => text,
    };

    private static string Normalize(string key)
    {
        var normalized = new StringBuilder();
        foreach (var (i, c) in key.Index())
        {
            if (char.IsAsciiLetterUpper(c) && i > 0 && (char.IsAsciiLetterLower(key[i - 1]) || char.IsAsciiDigit(key[i - 1])))
                normalized.Append('-');
            normalized.Append(char.ToLowerInvariant(c));
        }
        return normalized.ToString();
    }
}
