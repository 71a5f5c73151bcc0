using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Crucible.Simulation;

namespace PropolisActors.Cli.Commands;

/// <summary>
/// <c>propolis simulate</c>: a simulated world that treats volumes and disk servers badly, and one that does so to whole VMs,
/// many times over, each time from another seed. Ends with 1 at the first rule that does not hold, and tells the shortest way
/// to break it.
/// </summary>
internal static class SimulateCommand
{
    private const long SeedsByDefault = 10_000;
    private const long MinutesMax = 1_000_000;

    /// <summary>A run of the whole system takes about as long as so many of the storage alone.</summary>
    private const long StorageRunsPerSystemRun = 50;

    public static Command Create()
    {
        var seeds = new Option<long>("--seeds")
        {
            Description = "How many seeds to run, from 1 on; one in 50 as many of the whole system", DefaultValueFactory = _ => SeedsByDefault,
            CustomParser = argument => Number(argument, above: 0),
        };
        var seed = new Option<long?>("--seed")
        {
            Description = "Run only this one, and show all that happens in it",
            CustomParser = argument => Number(argument, above: -1),
        };
        var minutes = new Option<long?>("--minutes")
        {
            Description = "Stop after this long", CustomParser = argument => Number(argument, above: 0),
        };
        var world = new Option<SimulatedWorld>("--world")
        {
            Description = "What to play: storage, system, or both (with --seed: storage)",
            DefaultValueFactory = _ => SimulatedWorld.Both,
        };
        var command = new Command("simulate", "Try to break storage and VMs in a simulated world")
        {
            seeds, seed, minutes, world,
        };
        command.SetAction((parsed, ct) => Task.FromResult((parsed.GetValue(seed), parsed.GetValue(world)) switch
        {
            ({ } one, SimulatedWorld.System) => SimulateSystem.RunOne((ulong)one),
            ({ } one, _) => RunOne((ulong)one),
            (null, var played) => Run(
                played, parsed.GetValue(seeds),
                parsed.GetValue(minutes) is { } m ? TimeSpan.FromMinutes(Math.Min(m, MinutesMax)) : TimeSpan.MaxValue, ct),
        }));
        return command;
    }

    /// <summary>The storage first; the whole system then, with what is left of the time.</summary>
    private static int Run(SimulatedWorld world, long seeds, TimeSpan limit, CancellationToken ct)
    {
        if (world == SimulatedWorld.System)
            return SimulateSystem.RunMany(seeds, limit, ct);
        var share = world == SimulatedWorld.Both && limit != TimeSpan.MaxValue ? limit / 2 : limit;
        var storage = RunMany(seeds, share, ct);
        if (storage != ExitCodes.Done || world == SimulatedWorld.Storage)
            return storage;
        return SimulateSystem.RunMany(Math.Max(1, seeds / StorageRunsPerSystemRun), share, ct);
    }

    private static long Number(ArgumentResult argument, long above)
    {
        var text = argument.Tokens[0].Value;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number <= above)
            argument.AddError($"'{text}' is not a whole number above {above}.");
        return number;
    }

    private static int RunOne(ulong seed)
    {
        var outcome = SimulatedRun.Of(seed, new RunOptions(KeepTrace: true));
        if (outcome.Failure is not null)
        {
            Console.Write(FailureReport.Of(seed));
            return ExitCodes.Refused;
        }

        Console.Write(outcome.Trace);
        Console.WriteLine(
            $"seed {seed} keeps every rule: {outcome.Events} events, {outcome.Faults} faults, "
            + $"{outcome.VirtualTime.TotalSeconds:0} virtual seconds");
        return ExitCodes.Done;
    }

    private static int RunMany(long seeds, TimeSpan limit, CancellationToken ct)
    {
        var campaign = new Campaign(TimeProvider.System);
        campaign.Run(
            first: 1, seeds, limit,
            progress => Console.Error.WriteLine($"{progress.Seeds} of {seeds}: {progress}"), ct);
        if (campaign.Failure is { } failed)
            Console.Write(FailureReport.Of(failed.Seed));
        Console.WriteLine(campaign.Marks);
        if (campaign.Marks.Missing is { Count: > 0 } missing)
            Console.WriteLine($"never reached: {string.Join(", ", missing)}");
        Console.WriteLine(campaign);
        ct.ThrowIfCancellationRequested();
        return campaign.Failure is null ? ExitCodes.Done : ExitCodes.Refused;
    }
}
