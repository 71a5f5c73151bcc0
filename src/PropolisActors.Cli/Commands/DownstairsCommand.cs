using System.CommandLine;
using Crucible.Net.Regions;
using Crucible.Wire;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis downstairs</c>: one copy of a region over a directory. This file has what its commands
/// share.</summary>
internal static class DownstairsCommand
{
    public static Command Create() => new("downstairs", "A disk server: one copy of a region")
    {
        DownstairsCreateCommand.Create(), DownstairsRunCommand.Create(), DownstairsCloneCommand.Create(),
        DownstairsImageCommand.CreateExport(), DownstairsCheckCommand.CreateVerify(),
        DownstairsCheckCommand.CreateDump(), DownstairsCheckCommand.CreateExtentInfo(),
        DownstairsSnapshotCommand.Create(),
    };

    public static Option<DirectoryInfo> DataOption() =>
        new("--data", "-d") { Description = "The region's directory", Required = true };

    /// <summary>Runs what opens a region, and says its failure in one line.</summary>
    public static async Task<int> Run(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (Exception e) when (e is RegionException or RegionIoException or IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(e.Message);
        }
    }

    /// <summary>The extent a block is in, and which of its blocks it is.</summary>
    public static (ExtentId Extent, ulong Within) Locate(RegionDefinition definition, BlockIndex block) =>
        block.Value < definition.TotalBlocks
            ? (new((uint)(block.Value / definition.ExtentSize.Value)), block.Value % definition.ExtentSize.Value)
            : throw new CommandFailedException($"there is no {block}: the region has {definition.TotalBlocks} blocks.");
}
