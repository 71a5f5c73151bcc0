namespace Propolis.Hocon;

/// <summary>What this reader accepts at most. Each is far above any sane file and low enough that a hostile or
/// mistaken one ends in an error instead of an exhausted stack or memory.</summary>
internal static class HoconLimits
{
    /// <summary>Length of one document, in UTF-16 code units.</summary>
    public const int DocumentChars = 1 << 20;

    /// <summary>Objects, arrays and dotted key elements around one value.</summary>
    public const int Nesting = 64;

    /// <summary>Includes inside includes. A file that includes itself ends here.</summary>
    public const int IncludeDepth = 16;

    /// <summary>Documents read for one configuration, however they include one another.</summary>
    public const int Documents = 64;

    /// <summary>Values and substitutions inside one another while substitutions are resolved.</summary>
    public const int ResolveDepth = 256;

    /// <summary>Values visited while a document is resolved; stops texts that double with each line.</summary>
    public const int ResolveSteps = 200_000;

    /// <summary>Length of one concatenated string, in UTF-16 code units.</summary>
    public const int TextChars = 1 << 20;
}
