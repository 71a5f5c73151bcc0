namespace Crucible.Core.Volumes;

/// <summary>A VCR, or why the text is not one.</summary>
public abstract record VcrParseResult
{
    public sealed record Parsed(VolumeConstructionRequest Vcr) : VcrParseResult;

    public sealed record Malformed(VcrError Error) : VcrParseResult;
}
