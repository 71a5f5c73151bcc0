using Crucible.Core.Volumes;

namespace Crucible.Core.Tests.Volumes;

/// <summary>A disk that goes from one server to another: whose targets, and which generation.</summary>
public class VcrSuccessionTests
{
    [Fact]
    public void The_newer_list_of_targets_wins_and_the_generation_is_above_the_one_that_runs()
    {
        // Own and source VCR as (generation, port of slot 0), the generation that runs; then what is taken.
        (ulong Own, int OwnPort, ulong Source, int SourcePort, ulong Runs, ulong Gen, int Port)[] rows =
        [
            (5, 1, 2, 1, 2, 5, 1),  // as made for the move
            (5, 1, 7, 9, 2, 7, 9),  // a replacement after it was made
            (5, 9, 2, 1, 2, 5, 9),  // a replacement before, which the source was not told of
            (5, 1, 5, 9, 2, 5, 9),  // equally old: what is in use wins
            (5, 1, 4, 1, 6, 7, 1),  // the source took its disks back with a generation of its own
            (2, 1, 2, 1, 2, 3, 1),  // the client raised nothing
        ];
        foreach (var row in rows)
        {
            var steps = Take(Vcr(row.Own, row.OwnPort), Vcr(row.Source, row.SourcePort), row.Runs);
            var last = steps.Count > 0 ? steps[^1] : Vcr(row.Own, row.OwnPort);

            Assert.Equal(row.Gen, VcrSuccession.GenerationOf(last));
            Assert.Contains($"127.0.0.1:{row.Port}\"", last.Json, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_step_is_a_legal_successor_of_the_one_before()
    {
        var own = Vcr(3, 1, 2, 3);
        foreach (var step in Take(own, Vcr(9, 7, 8, 9), runs: 2))
        {
            var verdict = VcrComparison.Compare(Parsed(own), Parsed(step));
            Assert.True(verdict is VcrVerdict.ReplaceTarget or VcrVerdict.NoTargetChange, $"{verdict}");
            own = step;
        }

        Assert.Equal(Parsed(Vcr(9, 7, 8, 9)), Parsed(own));
    }

    [Fact]
    public void Another_disk_and_one_with_two_targets_of_its_own_are_refused()
    {
        var own = Vcr(5, 1, 2, 3);
        Assert.IsType<VcrHandOver.Refused>(VcrSuccession.Decide(own, new VcrText("rubbish"), 1));
        Assert.IsType<VcrHandOver.Refused>(VcrSuccession.Decide(own, Vcr(2, 8, 9, 3), 1));
        Assert.IsType<VcrHandOver.Refused>(VcrSuccession.Decide(
            own, new VcrText(Vcr(2, 1).Json.Replace("\"extent_count\":15", "\"extent_count\":16", StringComparison.Ordinal)), 1));
        Assert.IsType<VcrHandOver.Refused>(VcrSuccession.Decide(
            own, new VcrText(Vcr(2, 1).Json.Replace("aaaaaaaa", "bbbbbbbb", StringComparison.Ordinal)), 1));
    }

    [Fact]
    public void A_generation_is_raised_only_when_it_is_lower()
    {
        Assert.Null(VcrSuccession.WithGenerationAtLeast(Vcr(5, 1), 5));
        Assert.Equal(6UL, VcrSuccession.GenerationOf(VcrSuccession.WithGenerationAtLeast(Vcr(5, 1), 6)!));
    }

    private static Crucible.Core.Volumes.ValueList<VcrText> Take(VcrText own, VcrText source, ulong runs) =>
        Assert.IsType<VcrHandOver.Take>(VcrSuccession.Decide(own, source, runs)).Steps;

    private static VolumeConstructionRequest Parsed(VcrText text) =>
        Assert.IsType<VcrParseResult.Parsed>(VcrParser.Parse(text.Json)).Vcr;

    private static VcrText Vcr(ulong gen, int first, int second = 2, int third = 3) => new(
        $$$"""
        {"type":"volume","id":"aaaaaaaa-0000-4000-8000-000000000001","block_size":512,"read_only_parent":null,"sub_volumes":[
        {"type":"region","block_size":512,"blocks_per_extent":100,"extent_count":15,"gen":{{{gen}}},"opts":{
        "id":"aaaaaaaa-0000-4000-8000-000000000001","target":
        ["127.0.0.1:{{{first}}}","127.0.0.1:{{{second}}}","127.0.0.1:{{{third}}}"],"lossy":false,"read_only":false}}]}
        """);
}
