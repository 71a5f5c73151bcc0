using System.CommandLine;
using System.Net;
using Crucible.Net.Downstairs;
using Crucible.Net.Regions;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis downstairs clone</c>: makes a region equal to that of a read-only disk server.</summary>
internal static class DownstairsCloneCommand
{
    public static Command Create()
    {
        var data = DownstairsCommand.DataOption();
        var source = new Option<IPEndPoint>("--source", "-s")
        {
            Description = "The repair address of a read-only disk server",
            Required = true,
            CustomParser = CommandLineValues.EndPoint,
        };
        var command = new Command("clone", "Replace a region's content with that of another") { data, source };
        command.SetAction((parsed, ct) => DownstairsCommand.Run(async () =>
        {
            await RunAsync(parsed.GetRequiredValue(data).FullName, parsed.GetRequiredValue(source), ct);
            return ExitCodes.Done;
        }));
        return command;
    }

    public static async Task RunAsync(string directory, IPEndPoint source, CancellationToken ct)
    {
        using var region = Region.Open(directory, readOnly: false);
        var copied = 0;
        await RegionClone.RunAsync(region, source, TimeProvider.System, _ => copied++, ct);
        Console.WriteLine($"cloned {copied} extents from {source} into region {region.Definition.Uuid}");
    }
}
