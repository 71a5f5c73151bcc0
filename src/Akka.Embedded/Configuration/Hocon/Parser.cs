using Propolis.Hocon;

namespace Akka.Configuration.Hocon;

/// <summary>Reads HOCON text.</summary>
public static class Parser
{
    /// <summary>Reads a text and whatever it includes.</summary>
    /// <param name="text">The HOCON text; its root is an object.</param>
    /// <param name="includeCallback">Answers what an <c>include "name"</c> stands for, null when there is no such
    /// thing. Without it an include is an error.</param>
    /// <exception cref="HoconParserException">The text breaks a rule of the format or a limit.</exception>
    public static HoconRoot Parse(string text, Func<string, HoconRoot>? includeCallback) =>
        Translated(() => HoconReader.Read(
            text, includeCallback is null ? null : name => ((HoconRoot?)includeCallback(name))?.Value));

    /// <summary>Reads a file and the files it includes, which are relative to the one that includes them.</summary>
    /// <exception cref="ConfigurationException">The file is not there, cannot be read or is not HOCON.</exception>
    internal static HoconRoot ParseFile(string path) => Translated(() => HoconReader.ReadFile(path));

    private static HoconRoot Translated(Func<HoconValue> read)
    {
        try
        {
            return new HoconRoot(read());
        }
        catch (HoconSyntaxException e)
        {
            throw new HoconParserException(e);
        }
        catch (HoconException e)
        {
            throw new ConfigurationException(e.Message, e);
        }
    }
}
