namespace PropolisActors.Cli.Client;

/// <summary>The answer of a disk status request: a tree of volumes and the region sets they are made of.</summary>
public sealed record DiskStatus(DiskStatus.Node VolumeInfo)
{
    /// <summary>Reads the body of the answer.</summary>
    /// <exception cref="AnswerFormatException">It is no such answer.</exception>
    public static DiskStatus Parse(string json) => AnswerJson.Read<DiskStatus>(json, "the disk status");

    /// <summary>All region sets, in address order, parents after what lies over them.</summary>
    public IReadOnlyList<RegionSet> RegionSets => [.. SetsOf(VolumeInfo)];

    /// <summary>Every region set serves I/O.</summary>
    public bool IsActive => RegionSets.All(set => set.IsActive);

    /// <summary>Every region set serves I/O and every copy is in service.</summary>
    public bool IsWhole => RegionSets.All(set => set.IsActive && set.Targets.All(target => target.IsActive));

    private static IEnumerable<RegionSet> SetsOf(Node? node)
    {
        if (node?.Upstairs is { } set)
            yield return set;
        if (node?.Volume is not { } volume)
            yield break;
        foreach (var below in volume.SubVolumes.Append(volume.ReadOnlyParent).SelectMany(SetsOf))
            yield return below;
    }

    /// <summary>One of the two is there.</summary>
    public sealed record Node(Composite? Volume = null, RegionSet? Upstairs = null);

    public sealed record Composite(IReadOnlyList<Node> SubVolumes, Node? ReadOnlyParent = null);

    /// <summary>Three copies of a region and their client.</summary>
    /// <param name="State">
    /// <c>initializing</c>, <c>go_active</c>, <c>active</c>, <c>deactivating</c> or <c>disabled</c>.
    /// </param>
    /// <param name="Generation">The one in use, not the one stored for the next activation.</param>
    public sealed record RegionSet(
        string State,
        Guid UpstairsId,
        ulong Generation,
        bool ReconcileInProgress,
        bool LiveRepairInProgress,
        IReadOnlyList<Target> Targets)
    {
        public bool IsActive => State is "active";
    }

    /// <summary>One server. The last three members are this service's own.</summary>
    /// <param name="WaitingFor">What it waits for and what would free it; null when there is nothing.</param>
    /// <param name="Since">When it came into its present state.</param>
    /// <param name="LastError">The last thing that went wrong since it was last in service.</param>
    public sealed record Target(
        TargetState State,
        Guid? RegionId = null,
        string? TargetAddr = null,
        string? WaitingFor = null,
        DateTimeOffset? Since = null,
        string? LastError = null)
    {
        public bool IsActive => State.Type is "active";
    }

    /// <summary>Where a server is on its way into service.</summary>
    /// <param name="Type"><c>connecting</c>, <c>active</c>, <c>live_repair</c>, <c>stopping</c>.</param>
    /// <param name="State">How far the connection is; only for <c>connecting</c>.</param>
    /// <param name="Mode">Why it connects; only for <c>connecting</c>.</param>
    public sealed record TargetState(string Type, string? State = null, string? Mode = null)
    {
        public override string ToString() => State is null ? Type : $"{Type} ({State}, {Mode})";
    }
}
