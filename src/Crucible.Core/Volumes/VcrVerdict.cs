using System.Net;
using Crucible.Wire;

namespace Crucible.Core.Volumes;

/// <summary>What a replacement VCR asks for, compared with the one it is to replace.</summary>
public abstract record VcrVerdict
{
    /// <summary>Exactly one target changed.</summary>
    /// <param name="RegionPath">JSON path of the region node.</param>
    /// <param name="Slot">Position in <c>opts.target</c>.</param>
    public sealed record ReplaceTarget(IPEndPoint Old, IPEndPoint New, string RegionPath, ClientId Slot) : VcrVerdict
    {
        /// <summary>JSON path of the changed target.</summary>
        public string Path => $"{RegionPath}.opts.target[{Slot.Value}]";
    }

    /// <summary>Generations rose and no target changed.</summary>
    public sealed record NoTargetChange : VcrVerdict;

    /// <summary>Not a legal successor.</summary>
    /// <param name="Text">The reason without the prefix that HTTP puts before it. Never holds a key or a PEM member.</param>
    public sealed record Error(VcrMismatch Kind, string Text) : VcrVerdict;
}
