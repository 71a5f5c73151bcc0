using System.CommandLine;
using Crucible.Net.Regions;
using Crucible.Wire;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis downstairs export</c>: writes a region as a plain disk image.</summary>
internal static class DownstairsImageCommand
{
    public static Command CreateExport()
    {
        var data = DownstairsCommand.DataOption();
        var path = new Option<FileInfo>("--export-path", "-e") { Description = "The image to write", Required = true };
        var skip = new Option<ulong>("--skip", "-s") { Description = "Blocks to leave out at the start" };
        var count = new Option<ulong>("--count") { Description = "Blocks to write; 0 for all that follow" };
        var command = new Command("export", "Write a region as a disk image") { data, path, skip, count };
        command.SetAction((parsed, _) => DownstairsCommand.Run(() =>
        {
            using var region = Region.Open(parsed.GetRequiredValue(data).FullName, readOnly: true);
            var start = parsed.GetValue(skip);
            var total = region.Definition.TotalBlocks;
            if (start > total || parsed.GetValue(count) > total - start)
                throw new CommandFailedException($"the region has {total} blocks only; see --skip and --count.");
            var blocks = parsed.GetValue(count) is > 0 and var asked ? asked : total - start;
            using var image = parsed.GetRequiredValue(path).Create();
            RegionImage.Export(region, new BlockIndex(start), blocks, image);
            Console.WriteLine($"exported {blocks * region.Definition.BlockSize} bytes to {parsed.GetRequiredValue(path)}");
            return Task.FromResult(ExitCodes.Done);
        }));
        return command;
    }
}
