namespace Crucible.Wire.Vectors;

/// <summary>What became of one entry of a vector file.</summary>
/// <param name="Section">The member of the file the entry is in.</param>
/// <param name="Name">The entry's name, or its position such as <c>[3]</c> where entries have none.</param>
/// <param name="Outcome">Only <see cref="VectorOutcome.Passed"/> is good.</param>
/// <param name="Why">Empty when passed; otherwise what differs, beginning with a JSON path where one is at fault.</param>
public sealed record VectorResult(string Section, string Name, VectorOutcome Outcome, string Why)
{
    public bool Passed => Outcome == VectorOutcome.Passed;

    internal static VectorResult Fail(string section, string name, string why) =>
        new(section, name, VectorOutcome.Failed, why);
}
