namespace Propolis.Hocon;

/// <summary>Reads HOCON text and files.</summary>
/// <remarks>The reader inside the Akka.NET packages knows neither includes from files nor <c>${?ENV}</c>. What is
/// read here is handed on as the text of <see cref="HoconValue.ToString"/>, which has neither.</remarks>
public static class HoconReader
{
    /// <summary>How text that came from no file is named in errors.</summary>
    private const string NoFile = "hocon";

    /// <summary>Reads a text; an include in it is an error.</summary>
    /// <exception cref="HoconSyntaxException">The text breaks a rule of the format or a limit.</exception>
    public static HoconValue Read(string text) => Read(text, includes: null);

    /// <summary>Reads a text and whatever it includes.</summary>
    /// <param name="text">The HOCON text; its root is an object.</param>
    /// <param name="includes">Answers what an <c>include "name"</c> stands for, null when there is no such thing.
    /// Without it an include is an error.</param>
    /// <exception cref="HoconSyntaxException">The text breaks a rule of the format or a limit.</exception>
    public static HoconValue Read(string text, Func<string, HoconValue?>? includes)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Read(text, NoFile, includes is null ? null : new HoconIncludes.FromCallback(includes));
    }

    /// <summary>Reads a file and the files it includes, which are relative to the one that includes them.</summary>
    /// <exception cref="HoconException">The file is not there, cannot be read or is not HOCON.</exception>
    public static HoconValue ReadFile(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Read(HoconIncludes.ReadText(path), path, new HoconIncludes.FromFiles());
    }

    /// <summary>Splits a dotted path such as <c>akka.actor."a.b"</c> into its elements.</summary>
    /// <param name="path">The path.</param>
    /// <param name="what">What the path is, for errors.</param>
    /// <exception cref="HoconSyntaxException">It is no path.</exception>
    public static IReadOnlyList<string> ReadPath(string path, string what = "path")
    {
        ArgumentNullException.ThrowIfNull(path);
        var cursor = new HoconCursor(path, what);
        return cursor.TakePath(() => cursor.AtEnd, $"the end of the {what}");
    }

    private static HoconValue Read(string text, string file, HoconIncludes? includes) =>
        HoconResolver.Resolve(HoconDocumentParser.Parse(text, file, includes), file);
}
