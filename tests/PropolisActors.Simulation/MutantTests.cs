using Xunit.Abstractions;

namespace PropolisActors.Simulation;

/// <summary>
/// Shows that the simulation can find bugs: each of the planted ones must break a rule in some seed. The list and what
/// became of each is in README.md.
/// </summary>
public sealed class MutantTests(MutantWorld world, ITestOutputHelper output) : IClassFixture<MutantWorld>
{
    private const int SeedsEach = 16_000;
    private const int SeedsOfTheRealOne = 200;
    private const double SurvivorsAllowed = 0.05;

    [Fact]
    public void Nineteen_of_twenty_mutants_break_a_rule()
    {
        var results = new (ulong Seed, string Rule)?[Mutants.All.Count];
        Parallel.For(0, results.Length, i => results[i] = world.FirstFailure(Mutants.All[i], SeedsEach));

        for (var i = 0; i < results.Length; i++)
            output.WriteLine($"{Mutants.All[i]}: {(results[i] is { } r ? $"seed {r.Seed}, {r.Rule}" : "SURVIVES")}");
        var survivors = Mutants.All.Where((_, i) => results[i] is null).ToArray();
        Assert.True(
            survivors.Length <= Mutants.All.Count * SurvivorsAllowed,
            $"{survivors.Length} of {Mutants.All.Count} survive: {string.Join("; ", survivors.AsEnumerable())}");
    }

    [Fact]
    public void Every_line_that_a_mutant_replaces_stands_just_once_in_its_file()
    {
        var missing = Mutants.All.Where(mutant => world.Found(mutant) != 1);
        Assert.Empty(missing.Select(mutant => $"{mutant} is found {world.Found(mutant)} times"));
    }

    [Fact]
    public void Core_without_a_mutant_breaks_no_rule_when_it_is_built_in_the_same_way() =>
        Assert.Null(world.FirstFailure(mutant: null, SeedsOfTheRealOne));
}
