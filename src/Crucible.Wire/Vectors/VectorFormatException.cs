namespace Crucible.Wire.Vectors;

/// <summary>A vector file does not have the form of protocol section 20.</summary>
/// <param name="path">The JSON path of the offending member, e.g. <c>$.messages[3].frame_hex</c>.</param>
/// <param name="problem">What is wrong with it.</param>
public sealed class VectorFormatException(string path, string problem, Exception? inner = null)
    : Exception($"{path}: {problem}", inner)
{
    /// <summary>The JSON path of the offending member.</summary>
    public string Path => path;
}
