using PropolisActors.SystemSimulation;

namespace PropolisActors.Cli.Commands;

/// <summary>The half of <c>propolis simulate</c> that plays the whole system: VMs, actors, HTTP handlers, volumes, servers.</summary>
internal static class SimulateSystem
{
    public static int RunOne(ulong seed)
    {
        var outcome = SystemRun.Of(seed, keepTrace: true);
        if (outcome.Failure is not null)
        {
            Console.Write(SystemFailureReport.Of(seed));
            return ExitCodes.Refused;
        }

        Console.Write(outcome.Trace);
        Console.WriteLine(
            $"system seed {seed} keeps every rule: {outcome.Steps} steps, {outcome.VirtualTime.TotalSeconds:0} virtual seconds");
        return ExitCodes.Done;
    }

    public static int RunMany(long seeds, TimeSpan limit, CancellationToken ct)
    {
        var campaign = new SystemCampaign(TimeProvider.System);
        campaign.Run(first: 1, seeds, limit, ct);
        if (campaign.Failure is { } failed)
            Console.Write(SystemFailureReport.Of(failed.Seed));
        Console.WriteLine(campaign.MarksText);
        if (campaign.Missing is { Count: > 0 } missing)
            Console.WriteLine($"never reached: {string.Join(", ", missing)}");
        Console.WriteLine($"whole system: {campaign}");
        ct.ThrowIfCancellationRequested();
        return campaign.Failure is null ? ExitCodes.Done : ExitCodes.Refused;
    }
}
