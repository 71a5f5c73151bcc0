using System.IO.Enumeration;

namespace Akka.Actor;

/// <summary>To every child whose name fits a pattern with <c>*</c> and <c>?</c>.</summary>
public sealed class SelectChildPattern : SelectionPathElement
{
    /// <summary>To the children that fit.</summary>
    public SelectChildPattern(string patternStr) => PatternStr = patternStr;

    /// <summary>The pattern.</summary>
    public string PatternStr { get; }

    /// <inheritdoc/>
    public override string ToString() => PatternStr;

    internal bool Fits(string name)
        => FileSystemName.MatchesSimpleExpression(PatternStr.Replace("\\", "\\\\", StringComparison.Ordinal), name, ignoreCase: false);
}
