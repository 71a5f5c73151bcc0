using System.Globalization;
using Propolis.Core.Api;

namespace PropolisActors.Gateway.Http;

/// <summary>The query parameters of the console routes, each a number or absent.</summary>
internal sealed record ConsoleQuery(ulong? FromStart, ulong? MostRecent, ulong? MaxBytes)
{
    public const string FromStartName = "from_start";
    public const string MostRecentName = "most_recent";
    public const string MaxBytesName = "max_bytes";

    /// <summary>Other parameters are ignored; a repeated one is an error.</summary>
    public static (ConsoleQuery? Query, ApiError? Error) Read(string query)
    {
        var numbers = new Dictionary<string, ulong>(StringComparer.Ordinal);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var rawValue = equals < 0 ? "" : pair[(equals + 1)..];
            if (!RequestTarget.TryDecode(equals < 0 ? pair : pair[..equals], plusIsSpace: true, out var name)
                || !RequestTarget.TryDecode(rawValue, plusIsSpace: true, out var value))
                return (null, ApiError.BadQuery("not UTF-8"));
            if (name is not (FromStartName or MostRecentName or MaxBytesName))
                continue;
            if (!ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return (null, ApiError.BadQuery($"{name} is not a number from 0 to {ulong.MaxValue}"));
            if (!numbers.TryAdd(name, number))
                return (null, ApiError.BadQuery($"duplicate field `{name}`"));
        }

        ulong? Of(string name) => numbers.TryGetValue(name, out var number) ? number : null;
        return (new ConsoleQuery(Of(FromStartName), Of(MostRecentName), Of(MaxBytesName)), null);
    }
}
