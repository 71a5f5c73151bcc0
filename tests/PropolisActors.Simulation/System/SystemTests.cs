using System.Globalization;
using PropolisActors.SystemSimulation;
using Xunit.Abstractions;

namespace PropolisActors.Simulation.System;

/// <summary>The seeds of the whole system in a CI run. What is shown is in README.md.</summary>
public sealed class SystemTests(ITestOutputHelper output)
{
    private const long SeedsByDefault = 4_000;
    private static readonly TimeSpan TimeByDefault = TimeSpan.FromMinutes(4);

    /// <summary>PROPOLIS_SYSTEM_SEEDS asks for more or fewer; PROPOLIS_SIM_MINUTES for more or less time.</summary>
    [Fact]
    public void Seeds_of_the_whole_system_keep_every_rule_and_reach_every_mark()
    {
        var campaign = new SystemCampaign(TimeProvider.System);
        campaign.Run(
            first: 1, Number("PROPOLIS_SYSTEM_SEEDS") ?? SeedsByDefault,
            Number("PROPOLIS_SIM_MINUTES") is { } minutes ? TimeSpan.FromMinutes(minutes) : TimeByDefault,
            CancellationToken.None);

        output.WriteLine($"{campaign}");
        output.WriteLine(campaign.MarksText);
        Console.WriteLine($"whole system: {campaign}");
        Assert.True(campaign.Failure is null, campaign.Failure is { } failed ? SystemFailureReport.Of(failed.Seed) : "");
        Assert.True(
            campaign.Missing.Count == 0, $"Marks never reached: {string.Join(", ", campaign.Missing)}");
    }

    private static long? Number(string variable) =>
        long.TryParse(
            Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture,
            out var number) ? number : null;
}
