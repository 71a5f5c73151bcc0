using Xunit.Abstractions;

namespace PropolisActors.Simulation.System;

/// <summary>
/// Shows that the simulation of the whole system can find bugs: each planted one must break a rule in some seed. One seed in
/// ten that is tried would be enough for most.
/// </summary>
public sealed class SystemMutantTests(ITestOutputHelper output)
{
    private const int SeedsEach = 300;
    private const string Volumes = "Crucible.Core";
    private const string Life = "Propolis.Core";
    private const string Actors = "PropolisActors";

    private static readonly (string Project, Mutant Mutant)[] All =
    [
        (Volumes, new(1, "Volumes/VolumeReplacements.cs",
            "if (state.Stores.Durable == state.Stores.Issued)", "if (state.Stores.Issued == state.Stores.Issued)",
            "a replacement is answered before it is durable")),
        (Volumes, new(2, "Volumes/VolumeActivation.cs",
            "new RegionSetIndex(i), r.Region.Generation))", "new RegionSetIndex(i), new Crucible.Wire.Generation(1)))",
            "a disk is activated with an old generation")),
        (Life, new(3, "Lifecycle/VmMachine.cs", "inactive.Count > 0\n", "inactive.Count > 1\n",
            "a VM starts when one disk is not active yet")),
        (Life, new(4, "Lifecycle/VmMachine.cs",
            "(VmState.Running s, VmInput.GuestPowerOff) => Halt(s, now, options),",
            "(VmState.Running s, VmInput.GuestPowerOff) => To(s),", "a guest's power-off is not noticed")),
        (Life, new(5, "Lifecycle/VmMachine.cs",
            "(VmState.Halting s, VmInput.StopGraceElapsed g) when g.Attempt == s.Grace => CutOff(s, now),",
            "(VmState.Halting s, VmInput.StopGraceElapsed g) when g.Attempt != s.Grace => CutOff(s, now),",
            "a stop waits for a machine without limit")),
        (Life, new(6, "Lifecycle/PublishedState.cs",
            "Of(Current with { Gen = Current.Gen + 1, State = state }", "Of(Current with { State = state }",
            "a state is published with the generation of the one before")),
        (Actors, new(7, "Actors/VmSupervisor.cs",
            "instance.Spec = instance.Spec?.WithRequestJson(message.Disk, message.VcrJson);", "_ = instance;",
            "the spec keeps an old VCR")),
        (Actors, new(8, "Journal/RememberedInstance.cs", "(Last?.Gen ?? 0) + 1", "(Last?.Gen ?? 0)",
            "a VM that is remembered repeats a generation")),
    ];

    [Fact]
    public void Every_mistake_planted_in_the_service_breaks_a_rule()
    {
        var results = new (ulong Seed, string Rule)?[All.Length];
        Parallel.For(0, All.Length, i =>
            results[i] = new SystemMutantWorld(All[i].Project).FirstFailure(All[i].Mutant, SeedsEach));

        for (var i = 0; i < All.Length; i++)
            output.WriteLine($"{All[i].Mutant}: {(results[i] is { } r ? $"seed {r.Seed}, {r.Rule}" : "SURVIVES")}");
        Assert.Empty(All.Where((_, i) => results[i] is null).Select(planted => $"{planted.Mutant} survives"));
    }

    [Fact]
    public void Every_line_that_is_replaced_stands_just_once_in_its_file() => Assert.Empty(
        All.Where(planted => new SystemMutantWorld(planted.Project).Found(planted.Mutant) != 1)
            .Select(planted => planted.Mutant.ToString()));

    [Theory]
    [InlineData(Volumes)]
    [InlineData(Life)]
    [InlineData(Actors)]
    public void Service_without_a_mistake_breaks_no_rule_when_it_is_built_in_the_same_way(string project) =>
        Assert.Null(new SystemMutantWorld(project).FirstFailure(mutant: null, seeds: 10));
}
