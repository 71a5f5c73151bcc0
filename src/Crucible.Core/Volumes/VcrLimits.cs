namespace Crucible.Core.Volumes;

/// <summary>How much VCR text is looked at. Chains of 41 parents, about 30 000 characters, have been seen in use.</summary>
public static class VcrLimits
{
    /// <summary>Characters of JSON text; a guess with a wide margin.</summary>
    public const int MaxTextLength = 1024 * 1024;

    /// <summary>Nodes from the root to the deepest leaf, both counted: a disk, 64 parents one below the other, and a region.</summary>
    public const int MaxLevels = 66;

    /// <summary>JSON nesting: a level costs an array and an object, and a region adds its options and targets.</summary>
    internal const int MaxJsonDepth = (2 * MaxLevels) + 4;
}
