using System.Globalization;
using Crucible.Simulation;
using Xunit.Abstractions;

namespace PropolisActors.Simulation;

/// <summary>The seeds of a CI run. What is shown is in README.md.</summary>
public sealed class CampaignTests(ITestOutputHelper output)
{
    private const long SeedsByDefault = 100_000;
    private static readonly TimeSpan TimeByDefault = TimeSpan.FromMinutes(5);

    /// <summary>PROPOLIS_SIM_SEEDS asks for more or fewer; PROPOLIS_SIM_MINUTES for more or less time.</summary>
    [Fact]
    public void Seeds_of_a_run_keep_every_rule_and_reach_every_mark()
    {
        var campaign = new Campaign(TimeProvider.System);
        campaign.Run(
            first: 1, Number("PROPOLIS_SIM_SEEDS") ?? SeedsByDefault,
            Number("PROPOLIS_SIM_MINUTES") is { } minutes ? TimeSpan.FromMinutes(minutes) : TimeByDefault,
            progress: null, CancellationToken.None);

        output.WriteLine(campaign.ToString());
        output.WriteLine(campaign.Marks.ToString());
        Console.WriteLine($"simulation: {campaign}");
        Assert.True(campaign.Failure is null, campaign.Failure is { } failed ? FailureReport.Of(failed.Seed) : "");
        Assert.True(
            campaign.Marks.Missing.Count == 0, $"Marks never reached: {string.Join(", ", campaign.Marks.Missing)}");
    }

    private static long? Number(string variable) =>
        long.TryParse(
            Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture,
            out var number) ? number : null;
}
