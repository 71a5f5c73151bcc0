namespace Crucible.Wire.Vectors;

/// <summary>What became of one entry of a vector file.</summary>
public enum VectorOutcome
{
    /// <summary>Checked and right, in every direction it has.</summary>
    Passed,

    /// <summary>Checked and wrong, or not understood.</summary>
    Failed,
}
