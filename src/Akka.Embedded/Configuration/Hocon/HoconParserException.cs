using Propolis.Hocon;

namespace Akka.Configuration.Hocon;

/// <summary>HOCON text that breaks a rule of the format or a limit of the reader.</summary>
/// <remarks>The message starts with <c>file:line:column:</c>.</remarks>
public sealed class HoconParserException : ConfigurationException
{
    internal HoconParserException(HoconSyntaxException cause)
        : base(cause.Message, cause) => (File, Line, Column) = (cause.File, cause.Line, cause.Column);

    /// <summary>The file as it was named when opened, or <c>hocon</c> for text that came from no file.</summary>
    public string File { get; }

    /// <summary>One-based line.</summary>
    public int Line { get; }

    /// <summary>One-based column, counted in UTF-16 code units.</summary>
    public int Column { get; }
}
