namespace Akka.Configuration.Hocon;

/// <summary>Reads HOCON text.</summary>
public static class Parser
{
    /// <summary>How text that came from no file is named in errors.</summary>
    private const string NoFile = "hocon";

    /// <summary>Reads a text and whatever it includes.</summary>
    /// <param name="text">The HOCON text; its root is an object.</param>
    /// <param name="includeCallback">Answers what an <c>include "name"</c> stands for, null when there is no such
    /// thing. Without it an include is an error.</param>
    /// <exception cref="HoconParserException">The text breaks a rule of the format or a limit.</exception>
    public static HoconRoot Parse(string text, Func<string, HoconRoot>? includeCallback)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Parse(text, NoFile, includeCallback is null ? null : new HoconIncludes.FromCallback(includeCallback));
    }

    /// <summary>Reads a file and the files it includes, which are relative to the one that includes them.</summary>
    /// <exception cref="ConfigurationException">The file is not there, cannot be read or is not HOCON.</exception>
    internal static HoconRoot ParseFile(string path) =>
        Parse(HoconIncludes.ReadText(path), path, new HoconIncludes.FromFiles());

    private static HoconRoot Parse(string text, string file, HoconIncludes? includes) =>
        new(HoconResolver.Resolve(HoconDocumentParser.Parse(text, file, includes), file));
}
