// Durations and sizes, by the units of the HOCON specification.

using System.Globalization;

namespace Propolis.Hocon;

internal static class HoconUnits
{
    /// <summary>Reads a non-negative duration. Parts below 100 ns are cut off.</summary>
    public static bool TryParseDuration(string text, out TimeSpan duration)
    {
        duration = default;
        if (!TrySplit(text, out var number, out var unit))
            return false;
        decimal? ticks = unit switch
        {
            "ns" or "nano" or "nanos" or "nanosecond" or "nanoseconds" => 0.01m,
            "us" or "micro" or "micros" or "microsecond" or "microseconds" => TimeSpan.TicksPerMicrosecond,
            "" or "ms" or "milli" or "millis" or "millisecond" or "milliseconds" => TimeSpan.TicksPerMillisecond,
            "s" or "second" or "seconds" => TimeSpan.TicksPerSecond,
            "m" or "minute" or "minutes" => TimeSpan.TicksPerMinute,
            "h" or "hour" or "hours" => TimeSpan.TicksPerHour,
            "d" or "day" or "days" => TimeSpan.TicksPerDay,
            _ => null,
        };
        if (ticks is null || number > long.MaxValue / ticks)
            return false;
        duration = new TimeSpan((long)(number * ticks.Value));
        return true;
    }

    /// <summary>Reads a non-negative number of bytes; fractions of a byte are cut off.</summary>
    public static bool TryParseSize(string text, out long bytes)
    {
        bytes = 0;
        if (!TrySplit(text, out var number, out var unit))
            return false;
        decimal? factor = unit switch
        {
            "" or "b" or "B" or "byte" or "bytes" => 1,
            "kB" or "kilobyte" or "kilobytes" => 1000,
            "MB" or "megabyte" or "megabytes" => 1000_000,
            "GB" or "gigabyte" or "gigabytes" => 1000_000_000,
            "TB" or "terabyte" or "terabytes" => 1000_000_000_000,
            "PB" or "petabyte" or "petabytes" => 1000_000_000_000_000,
            "k" or "K" or "Ki" or "KiB" or "kibibyte" or "kibibytes" => 1L << 10,
            "m" or "M" or "Mi" or "MiB" or "mebibyte" or "mebibytes" => 1L << 20,
            "g" or "G" or "Gi" or "GiB" or "gibibyte" or "gibibytes" => 1L << 30,
            "t" or "T" or "Ti" or "TiB" or "tebibyte" or "tebibytes" => 1L << 40,
            "p" or "P" or "Pi" or "PiB" or "pebibyte" or "pebibytes" => 1L << 50,
            _ => null,
        };
        if (factor is null || number > long.MaxValue / factor)
            return false;
        bytes = (long)(number * factor.Value);
        return true;
    }

    private static bool TrySplit(string text, out decimal number, out string unit)
    {
        var trimmed = text.Trim();
        var digits = 0;
        while (digits < trimmed.Length && (char.IsAsciiDigit(trimmed[digits]) || trimmed[digits] == '.'))
            digits++;
        unit = trimmed[digits..].Trim();
        return decimal.TryParse(
            trimmed.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }
}
