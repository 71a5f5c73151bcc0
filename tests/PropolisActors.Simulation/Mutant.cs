namespace PropolisActors.Simulation;

/// <summary>One mistake, planted in the production machines: a line of their source replaced by another.</summary>
/// <param name="Number">Its row in the list of README.md.</param>
/// <param name="File">Below src/Crucible.Core.</param>
/// <param name="Right">What stands there once; it may reach over a line's end to be found only once.</param>
/// <param name="Wrong">What stands there instead.</param>
/// <param name="Means">What is wrong then.</param>
public sealed record Mutant(int Number, string File, string Right, string Wrong, string Means)
{
    public override string ToString() => $"{Number}: {Means}";
}
