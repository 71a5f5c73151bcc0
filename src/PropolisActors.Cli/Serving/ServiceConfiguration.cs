using System.Globalization;
using Akka.Configuration;
using Propolis.Hocon;

namespace PropolisActors.Cli.Serving;

/// <summary>Reads the service's configuration file the same way whichever Akka is in use.</summary>
/// <remarks>The reader inside the Akka.NET packages knows neither includes from files nor <c>${?ENV}</c>, and would
/// start the service with its defaults. So ours reads the file, and Akka is handed the resolved text. A value that
/// Akka.NET would refuse without naming its key, or hang at, is refused here.</remarks>
internal static class ServiceConfiguration
{
    private static readonly string[] LogLevels = ["DEBUG", "INFO", "WARNING", "ERROR", "OFF"];

    private static readonly (string Key, Action<HoconValue> Check)[] Checks =
    [
        ("akka.loglevel", CheckLogLevel),
        ("akka.stdout-loglevel", CheckLogLevel),
        ("akka.log-dead-letters", CheckCount),
        ("propolis.stop-grace", CheckTime),
        ("propolis.migration.step-limit", CheckTime),
        ("propolis.migration.pause-limit", CheckTime),
        ("propolis.migration.activation-limit", CheckTime),
        ("propolis.migration.reclaim-limit", CheckTime),
    ];

    /// <summary>Reads a file and what it includes.</summary>
    /// <exception cref="CommandFailedException">It cannot be read, is not HOCON, or holds a value that cannot be; the
    /// message names the file and, for text, line and column, for a value, its key.</exception>
    public static Config Read(string file)
    {
        try
        {
            var root = HoconReader.ReadFile(file);
            foreach (var (key, check) in Checks)
                Check(root, file, key, check);
            return ConfigurationFactory.ParseString(root.ToString());
        }
        catch (HoconException e)
        {
            throw new CommandFailedException(e.Message, ExitCodes.WrongUsage);
        }
    }

    private static void Check(HoconValue root, string file, string key, Action<HoconValue> check)
    {
        if (root.Find(HoconReader.ReadPath(key)) is not { } value)
            return;
        try
        {
            check(value);
        }
        catch (HoconException e)
        {
            throw new HoconException($"{file}: {key}: {e.Message}", e);
        }
    }

    private static void CheckTime(HoconValue value) => value.GetTimeSpan(allowInfinite: false);

    private static void CheckLogLevel(HoconValue value)
    {
        if (!LogLevels.Contains(value.GetString(), StringComparer.OrdinalIgnoreCase))
            throw new HoconException($"expected one of {string.Join(", ", LogLevels)}, found other text");
    }

    private static void CheckCount(HoconValue value)
    {
        var text = value.GetString();
        if (text is not ("on" or "off" or "true" or "false")
            && !int.TryParse(text, CultureInfo.InvariantCulture, out _))
            throw new HoconException("expected on, off or a number, found other text");
    }
}
