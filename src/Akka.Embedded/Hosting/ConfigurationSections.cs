// Microsoft configuration sections to HOCON.

using System.Globalization;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Microsoft.Extensions.Configuration;
using Propolis.Hocon;

namespace Akka.Hosting;

internal static class ConfigurationSections
{
    /// <summary>A section under its own name, or all children of a whole configuration.</summary>
    public static Config ToHocon(IConfiguration configuration, bool normalizeKeys)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        List<IConfigurationSection> sections = configuration is IConfigurationSection section
            ? [section]
            : [.. configuration.GetChildren()];
        return new Config(new HoconRoot(ReadObject(sections, normalizeKeys)));
    }

    private static HoconValue ReadObject(List<IConfigurationSection> children, bool normalizeKeys)
    {
        var result = HoconValue.EmptyObject;
        foreach (var child in children)
        {
            if (Read(child, normalizeKeys) is not { } value)
                continue;
            foreach (var key in HoconReader.ReadPath(NameOf(child.Key, normalizeKeys), "configuration key").Reverse())
                value = HoconValue.OfFields([new(key, value)]);
            result = HoconValue.Merge(older: result, newer: value);
        }
        return result;
    }

    private static HoconValue? Read(IConfigurationSection section, bool normalizeKeys)
    {
        List<IConfigurationSection> children = [.. section.GetChildren()];
        if (children.Count == 0)
            return section.Value is { } text ? HoconValue.OfText(ReadText(text)) : null;
        return children.TrueForAll(c => int.TryParse(c.Key, CultureInfo.InvariantCulture, out _))
            ? HoconValue.OfItems([.. InOrder(children).Select(c => Read(c, normalizeKeys)).OfType<HoconValue>()])
            : ReadObject(children, normalizeKeys);
    }

    // JSON's true and false arrive as True and False, which HOCON does not know.
    private static string ReadText(string text) => text switch
    {
        "True" => "on",
        "False" => "off",
        _ => text,
    };

    // Children whose names are all numbers are an array, whatever the numbers are.
    private static IEnumerable<IConfigurationSection> InOrder(List<IConfigurationSection> children) =>
        children.OrderBy(c => int.Parse(c.Key, CultureInfo.InvariantCulture));

    // Environment variables cannot hold a hyphen, so an underscore always stands for one.
    private static string NameOf(string key, bool normalizeKeys) =>
        (normalizeKeys ? key.ToLowerInvariant() : key).Replace('_', '-');
}
