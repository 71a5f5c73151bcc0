using System.Text.RegularExpressions;

namespace Akka.TestKit;

/// <summary>Tests of a text, made from the optional arguments of filters.</summary>
internal static class StringMatch
{
    /// <summary>Equal, beginning or containing, whichever is given first; anything when none is.</summary>
    public static Predicate<string> Of(string? message, string? start, string? contains)
    {
        if (message is not null)
            return text => string.Equals(text, message, StringComparison.Ordinal);
        if (start is not null)
            return text => text.StartsWith(start, StringComparison.Ordinal);
        if (contains is not null)
            return text => text.Contains(contains, StringComparison.Ordinal);
        return _ => true;
    }

    /// <summary>Fitting the pattern.</summary>
    public static Predicate<string> Of(Regex pattern) => pattern.IsMatch;

    /// <summary>The source, when one is given.</summary>
    public static bool IsSource(string? expected, string actual)
        => expected is null || string.Equals(actual, expected, StringComparison.Ordinal);
}
