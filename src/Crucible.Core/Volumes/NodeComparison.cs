using System.Net;
using Crucible.Wire;

namespace Crucible.Core.Volumes;

/// <summary>What comparing two nodes of a VCR found; the shape follows the original's tree.</summary>
internal abstract record NodeComparison
{
    /// <summary>The replacement has no parent here, whether or not the original had one.</summary>
    public sealed record Absent : NodeComparison;

    public sealed record Same : NodeComparison;

    public sealed record GenerationRose : NodeComparison;

    public sealed record Target(IPEndPoint Old, IPEndPoint New, string RegionPath, ClientId Slot) : NodeComparison;

    public sealed record Volume(ValueList<NodeComparison> SubVolumes, NodeComparison Parent) : NodeComparison;

    /// <summary>The nodes cannot follow one another; ends the comparison.</summary>
    public sealed record Failed(VcrMismatch Kind, string Text) : NodeComparison;
}
