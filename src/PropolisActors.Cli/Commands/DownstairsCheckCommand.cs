using System.CommandLine;
using System.Globalization;
using Crucible.Net.Regions;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis downstairs verify | dump | extent-info</c>: looks at what regions hold, changing
/// nothing.</summary>
internal static class DownstairsCheckCommand
{
    private const int ThreadsMax = 64;
    private const int DumpRegionsMax = 3;

    public static Command CreateVerify()
    {
        var data = DownstairsCommand.DataOption();
        var threads = new Option<int>("--threads", "-t")
        {
            Description = $"Extents checked at once, 1 to {ThreadsMax}",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        threads.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > ThreadsMax)
                result.AddError($"--threads is from 1 to {ThreadsMax}.");
        });
        var command = new Command("verify", "Check every block against its context") { data, threads };
        command.SetAction((parsed, ct) => DownstairsCommand.Run(() =>
        {
            using var region = Region.Open(parsed.GetRequiredValue(data).FullName, readOnly: true);
            return Task.FromResult(Verify(region, parsed.GetValue(threads), ct));
        }));
        return command;
    }

    private static int Verify(Region region, int threads, CancellationToken ct)
    {
        var extents = (int)region.Definition.ExtentCount;
        var faults = new IReadOnlyList<BlockFault>[extents];
        Parallel.For(
            0, extents, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = ct },
            e => faults[e] = region.Verify(new((uint)e)));
        foreach (var fault in faults.SelectMany(f => f))
            Console.WriteLine($"{fault.Block}: {fault.Why}");
        var count = faults.Sum(f => f.Count);
        Console.WriteLine($"{region.Definition.TotalBlocks} blocks, {count} damaged");
        return count == 0 ? ExitCodes.Done : ExitCodes.Refused;
    }

    public static Command CreateDump()
    {
        var data = new Option<DirectoryInfo[]>("--data", "-d")
        {
            Description = "The directories of one to three regions to compare",
            Required = true,
        };
        data.Validators.Add(result =>
        {
            if (result.Tokens.Count > DumpRegionsMax)
                result.AddError($"--data may be given {DumpRegionsMax} times at most.");
        });
        var extent = new Option<uint?>("--extent", "-e") { Description = "Show the blocks of one extent" };
        var block = new Option<ulong?>("--block", "-b") { Description = "Show one block" };
        var differences = new Option<bool>("--only-show-differences", "-o") { Description = "Leave out what is equal" };
        var command = new Command("dump", "Show and compare extents and blocks of regions")
        {
            data, extent, block, differences,
        };
        command.SetAction((parsed, _) => DownstairsCommand.Run(() =>
        {
            var regions = new List<Region>();
            try
            {
                foreach (var directory in parsed.GetRequiredValue(data))
                    regions.Add(Region.Open(directory.FullName, readOnly: true));
                new RegionDump(regions, parsed.GetValue(differences)).Write(
                    parsed.GetValue(extent), parsed.GetValue(block), Console.Out);
            }
            finally
            {
                regions.ForEach(r => r.Dispose());
            }
            return Task.FromResult(ExitCodes.Done);
        }));
        return command;
    }

    public static Command CreateExtentInfo()
    {
        var data = DownstairsCommand.DataOption();
        var blocks = new Option<string>("--block", "-b") { Description = "A block, or a range first..last", Required = true };
        var command = new Command("extent-info", "Print where in their files blocks are kept") { data, blocks };
        command.SetAction((parsed, _) => DownstairsCommand.Run(() =>
        {
            var (first, last) = RangeOf(parsed.GetRequiredValue(blocks));
            using var region = Region.Open(parsed.GetRequiredValue(data).FullName, readOnly: true);
            DownstairsCommand.Locate(region.Definition, new(last));
            for (var block = first; block <= last; block++)
            {
                var place = region.PlaceOf(new(block));
                Console.WriteLine(
                    $"block {block}: {place.File} data at {place.DataOffset}, contexts at {place.ContextOffset} and "
                    + $"{place.SecondContextOffset}{(place.IsInJournal ? "; the newest content is in the journal" : "")}");
            }
            return Task.FromResult(ExitCodes.Done);
        }));
        return command;
    }

    private static (ulong First, ulong Last) RangeOf(string text)
    {
        var ends = text.Split("..");
        return ends.Length <= 2
            && ulong.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && ulong.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && first <= last
            ? (first, last)
            : throw new CommandFailedException($"'{text}' is neither a block nor a range such as 3..7.", ExitCodes.WrongUsage);
    }
}
