using Crucible.Core.Upstairs;

namespace Crucible.Net.Upstairs;

/// <summary>What the loop of a <see cref="RegionSet"/> takes from its queue.</summary>
internal abstract record RegionSetEvent
{
    /// <summary>From a timer, or of a connection: goes to the machine as it is.</summary>
    public sealed record Happened(UpstairsInput Input) : RegionSetEvent;

    public sealed record Asked(RegionSetRequest Request) : RegionSetEvent;

    /// <summary>The caller of an activation does not want it any more.</summary>
    public sealed record Withdrawn(RegionSetRequest.Activation Request) : RegionSetEvent;

    /// <summary>A deactivation has had the time it was given.</summary>
    public sealed record GraceOver(RegionSetRequest.LettingGo Request) : RegionSetEvent;

    /// <summary>The published counts are a second old.</summary>
    public sealed record StatusDue : RegionSetEvent;

    /// <summary>The last event.</summary>
    public sealed record Ended : RegionSetEvent;
}
