using System.CommandLine;
using System.Net;
using System.Numerics;
using Crucible.Net.Downstairs;
using Crucible.Net.Regions;
using Crucible.Wire;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis downstairs create</c>: makes a region, empty or from an image or another disk server.</summary>
internal static class DownstairsCreateCommand
{
    public static Command Create()
    {
        var data = DownstairsCommand.DataOption();
        var uuid = new Option<Guid>("--uuid", "-u") { Description = "The id of this copy", Required = true };
        var blockSize = new Option<ulong>("--block-size")
        {
            Description = "Bytes in a block: a power of two, 512 to 32768",
            DefaultValueFactory = _ => 512,
        };
        var extentSize = new Option<ulong>("--extent-size")
        {
            Description = "Blocks in an extent",
            DefaultValueFactory = _ => 100,
        };
        var extentCount = new Option<uint>("--extent-count")
        {
            Description = "Extents in the region",
            DefaultValueFactory = _ => 15,
        };
        var encrypted = new Option<bool>("--encrypted") { Description = "The region holds encrypted blocks" };
        var import = new Option<FileInfo?>("--import-path", "-i")
        {
            Description = "A disk image to fill it with; more extents are made if it needs them",
        };
        var clone = new Option<IPEndPoint?>("--clone-source")
        {
            Description = "The repair address of a read-only disk server to copy, shape and all",
            CustomParser = CommandLineValues.EndPoint,
        };

        var command = new Command("create", "Make a new region")
        {
            data, uuid, blockSize, extentSize, extentCount, encrypted, import, clone,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(import) is not null && result.GetValue(clone) is not null)
                result.AddError("--import-path and --clone-source exclude each other.");
        });
        command.SetAction((parsed, ct) => DownstairsCommand.Run(async () =>
        {
            var directory = parsed.GetRequiredValue(data).FullName;
            var size = parsed.GetValue(blockSize);
            var definition = new RegionDefinition(
                size,
                new Block(parsed.GetValue(extentSize), (uint)BitOperations.Log2(Math.Max(size, 1))),
                parsed.GetValue(extentCount),
                new RegionId(parsed.GetValue(uuid)),
                parsed.GetValue(encrypted));
            if (parsed.GetValue(clone) is { } source)
                await CloneAsync(directory, definition.Uuid, source, ct);
            else if (parsed.GetValue(import) is { } image)
                Import(directory, definition, image);
            else
                Make(directory, definition);
            return ExitCodes.Done;
        }));
        return command;
    }

    private static void Make(string directory, RegionDefinition definition)
    {
        Region.Create(directory, definition);
        Console.WriteLine($"created region {definition.Uuid} of {definition.TotalBytes} bytes in {directory}");
    }

    private static void Import(string directory, RegionDefinition definition, FileInfo image)
    {
        using var stream = image.OpenRead();
        if (definition.Encrypted)
            throw new CommandFailedException("an encrypted region takes no image: the key is not here.");
        if (definition is { ExtentSize.Value: > 0, BlockSize: > 0 })
            definition = definition with { ExtentCount = RegionImage.ExtentsFor(definition, stream.Length) };
        Make(directory, definition);
        using var region = Region.Open(directory, readOnly: false);
        Console.WriteLine($"imported {RegionImage.Import(region, stream)} bytes from {image}");
    }

    private static async Task CloneAsync(string directory, RegionId id, IPEndPoint source, CancellationToken ct)
    {
        var theirs = await RegionClone.DescribeAsync(source, TimeProvider.System, ct);
        Make(directory, theirs with { Uuid = id });
        await DownstairsCloneCommand.RunAsync(directory, source, ct);
    }
}
