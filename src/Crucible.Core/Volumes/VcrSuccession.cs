using System.Globalization;
using System.Text.Json.Nodes;

namespace Crucible.Core.Volumes;

/// <summary>
/// The rules for a disk that goes from one server to another: whose list of targets is the newer, and with which
/// generation the new owner takes it. Pure and total.
/// </summary>
public static class VcrSuccession
{
    /// <summary>The same VCR with this generation at least in every region a guest writes to; null when it has it.</summary>
    public static VcrText? WithGenerationAtLeast(VcrText text, ulong generation) =>
        VcrParser.Parse(text.Json) is VcrParseResult.Parsed { Vcr: var vcr }
            && Writable(vcr).Any(place => place.Region.Generation.Value < generation)
            ? Edit(text, (region, _) => Raise(region, generation))
            : null;

    /// <summary>The highest generation in the regions a guest writes to; 0 when there is none.</summary>
    public static ulong GenerationOf(VcrText text) => VcrParser.Parse(text.Json) is VcrParseResult.Parsed { Vcr: var vcr }
        ? Writable(vcr).Select(place => place.Region.Generation.Value).DefaultIfEmpty().Max()
        : 0;

    /// <summary>Decides what the new owner's VCR is to become.</summary>
    /// <param name="own">The new owner's. Its generation was given out for this move.</param>
    /// <param name="source">The present owner's newest.</param>
    /// <param name="sourceRuns">The highest generation the present owner has activated with.</param>
    /// <remarks>
    /// A list of targets is as new as its generation, since every change of one raises it. The new owner's generation is
    /// higher than the one that runs, and no lower than either VCR's, so that the control plane's next is higher still.
    /// </remarks>
    public static VcrHandOver Decide(VcrText own, VcrText source, ulong sourceRuns)
    {
        if (VcrParser.Parse(own.Json) is not VcrParseResult.Parsed { Vcr: var ours }
            || VcrParser.Parse(source.Json) is not VcrParseResult.Parsed { Vcr: var theirs })
            return new VcrHandOver.Refused("a volume construction request that cannot be read");
        var (mine, given) = (Writable(ours).ToList(), Writable(theirs).ToList());
        if (mine.Count != given.Count || VcrTree.IdOf(ours) != VcrTree.IdOf(theirs))
            return new VcrHandOver.Refused("another volume than the source's");
        var changes = new List<(int Region, int Slot, string Target)>();
        for (var i = 0; i < mine.Count; i++)
        {
            if (!IsSameRegion(mine[i].Region, given[i].Region))
                return new VcrHandOver.Refused($"region {mine[i].Path} is not the source's");
            var differ = DifferingSlots(mine[i].Region, given[i].Region);
            if (given[i].Region.Generation.Value >= mine[i].Region.Generation.Value)
                changes.AddRange(differ.Select(slot => (i, slot, $"{given[i].Region.Opts.Target[slot]}")));
            else if (differ.Count > 1)
                return new VcrHandOver.Refused($"region {mine[i].Path} differs from the source's in more than one target");
        }

        var generation = mine.Concat(given).Select(place => place.Region.Generation.Value).Append(sourceRuns + 1).Max();
        return new VcrHandOver.Take(Steps(own, mine, changes, generation));
    }

    private static ValueList<VcrText> Steps(VcrText own, List<PlacedRegion> mine,
        List<(int Region, int Slot, string Target)> changes, ulong generation)
    {
        var steps = new List<VcrText>();
        if (mine.Any(place => place.Region.Generation.Value < generation))
        {
            // A rise that leaves the first region as it is would be taken for one of the parent.
            var all = mine[0].Region.Generation.Value == generation ? generation + 1 : generation;
            own = Edit(own, (region, _) => Raise(region, all));
            steps.Add(own);
        }

        foreach (var change in changes)
        {
            own = Edit(own, (region, index) =>
            {
                if (index == change.Region)
                    region["opts"]!["target"]![change.Slot] = change.Target;
            });
            steps.Add(own);
        }

        return [.. steps];
    }

    /// <summary>Everything but where its copies are and which generation it is.</summary>
    private static bool IsSameRegion(VolumeConstructionRequest.Region a, VolumeConstructionRequest.Region b) =>
        a with { Generation = b.Generation, Opts = a.Opts with { Target = b.Opts.Target } } == b
        && a.Opts.Target.Count == b.Opts.Target.Count;

    private static List<int> DifferingSlots(VolumeConstructionRequest.Region a, VolumeConstructionRequest.Region b) =>
        [.. Enumerable.Range(0, a.Opts.Target.Count).Where(slot => !a.Opts.Target[slot].Equals(b.Opts.Target[slot]))];

    private static IEnumerable<PlacedRegion> Writable(VolumeConstructionRequest vcr) =>
        VcrTree.RegionSets(vcr).Where(place => !place.IsInParent);

    private static void Raise(JsonObject region, ulong generation)
    {
        if (ulong.Parse(region["gen"]!.ToJsonString(), CultureInfo.InvariantCulture) < generation)
            region["gen"] = generation;
    }

    /// <summary>Changes the regions a guest writes to in the text itself, so that members unknown here stay.</summary>
    private static VcrText Edit(VcrText text, Action<JsonObject, int> change)
    {
        var root = JsonNode.Parse(text.Json)!.AsObject();
        var index = 0;
        Visit(root);
        return new VcrText(root.ToJsonString());

        void Visit(JsonObject node)
        {
            if (node["sub_volumes"] is not JsonArray subVolumes)
            {
                change(node, index++);
                return;
            }

            foreach (var child in subVolumes)
                Visit(child!.AsObject());
        }
    }
}
