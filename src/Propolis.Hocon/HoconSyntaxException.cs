using System.Globalization;

namespace Propolis.Hocon;

/// <summary>HOCON text that breaks a rule of the format or a limit of this reader.</summary>
/// <remarks>The message starts with <c>file:line:column:</c> and never quotes more than one character or one name of
/// the text, because configurations hold secrets.</remarks>
public sealed class HoconSyntaxException : HoconException
{
    internal HoconSyntaxException(HoconPosition where, string problem)
        : base(string.Create(CultureInfo.InvariantCulture, $"{where.File}:{where.Line}:{where.Column}: {problem}")) =>
        (File, Line, Column) = (where.File, where.Line, where.Column);

    /// <summary>The file as it was named when opened, or <c>hocon</c> for text that came from no file.</summary>
    public string File { get; }

    /// <summary>One-based line.</summary>
    public int Line { get; }

    /// <summary>One-based column, counted in UTF-16 code units.</summary>
    public int Column { get; }
}

/// <summary>A place in a text; line and column are one-based.</summary>
internal readonly record struct HoconPosition(string File, int Line, int Column);
