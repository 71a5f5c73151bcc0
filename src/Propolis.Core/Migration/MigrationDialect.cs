namespace Propolis.Core.Migration;

/// <summary>How two ends of a migration talk. Source: propolis-server API, section 17.2.</summary>
public enum MigrationDialect
{
    /// <summary>The reference's: the source lets go of the guest before the target has touched a disk.</summary>
    Plain,

    /// <summary>Ours: the disks are handed over first, with their newest VCRs.</summary>
    HandOver,
}

/// <summary>The words by which the dialects are offered and chosen.</summary>
public static class MigrationDialects
{
    /// <summary>Longer offers are refused.</summary>
    public const int OfferLengthMax = 1024;

    private const string PlainWord = "propolis-migrate-ron/0";
    private const string HandOverWord = "propolis-migrate-json/1";

    /// <summary>What our target offers.</summary>
    public static string Offer => $"{HandOverWord},{PlainWord}";

    public static string Word(MigrationDialect dialect) =>
        dialect == MigrationDialect.HandOver ? HandOverWord : PlainWord;

    /// <summary>The best of what a target offers; null when there is none, or the offer is not one.</summary>
    public static MigrationDialect? Choose(string offer)
    {
        var words = offer.Split(',');
        if (offer.Length > OfferLengthMax || words.Any(word => !IsWord(word))
            || words.Distinct(StringComparer.Ordinal).Count() != words.Length)
            return null;
        return words.Contains(HandOverWord, StringComparer.Ordinal) ? MigrationDialect.HandOver
            : words.Contains(PlainWord, StringComparer.Ordinal) ? MigrationDialect.Plain
            : null;
    }

    /// <summary>What a source chose of our offer; null when it was not offered.</summary>
    public static MigrationDialect? Chosen(string word) => word switch
    {
        HandOverWord => MigrationDialect.HandOver,
        PlainWord => MigrationDialect.Plain,
        _ => null,
    };

    private static bool IsWord(string word)
    {
        const string prefix = "propolis-migrate-";
        if (!word.StartsWith(prefix, StringComparison.Ordinal))
            return false;
        var parts = word[prefix.Length..].Split('/');
        return parts is [{ Length: > 0 } encoding, var version] && encoding.All(char.IsAsciiLetterOrDigit)
            && uint.TryParse(version, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out _);
    }
}
