namespace Crucible.Core.Volumes;

/// <summary>Why a VCR was not taken, and where in it.</summary>
/// <param name="JsonPath">The offending member, from the root: <c>$.sub_volumes[0].opts.key</c>.</param>
/// <param name="Text">What is wrong, in words. Never holds a value taken from the VCR's strings.</param>
public sealed record VcrError(string JsonPath, string Text)
{
    public override string ToString() => $"{JsonPath}: {Text}";
}
