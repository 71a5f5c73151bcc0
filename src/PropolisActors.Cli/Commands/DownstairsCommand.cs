using System.CommandLine;
using System.Net;
using System.Numerics;
using Crucible.Net.Downstairs;
using Crucible.Net.Regions;
using Crucible.Wire;
using Microsoft.Extensions.Logging;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis downstairs</c>: creates and serves one copy of a region over a directory.</summary>
internal static class DownstairsCommand
{
    public static Command Create() =>
        new("downstairs", "A disk server: one copy of a region") { CreateRegion(), Run() };

    private static Option<DirectoryInfo> DataOption() =>
        new("--data", "-d") { Description = "The region's directory", Required = true };

    private static Command CreateRegion()
    {
        var data = DataOption();
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

        var command = new Command("create", "Make a new, empty region")
        {
            data, uuid, blockSize, extentSize, extentCount, encrypted,
        };
        command.SetAction(parsed =>
        {
            var size = parsed.GetValue(blockSize);
            var definition = new RegionDefinition(
                size,
                new Block(parsed.GetValue(extentSize), (uint)BitOperations.Log2(Math.Max(size, 1))),
                parsed.GetValue(extentCount),
                new RegionId(parsed.GetValue(uuid)),
                parsed.GetValue(encrypted));
            try
            {
                Region.Create(parsed.GetRequiredValue(data).FullName, definition);
            }
            catch (RegionException e)
            {
                throw new CommandFailedException(e.Message);
            }

            Console.WriteLine(
                $"created region {definition.Uuid} of {definition.TotalBytes} bytes in {parsed.GetRequiredValue(data)}");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Run()
    {
        var data = DataOption();
        var address = new Option<IPAddress>("--address", "-a")
        {
            Description = "Where to listen",
            DefaultValueFactory = _ => IPAddress.Loopback,
            CustomParser = CommandLineValues.Address,
        };
        var port = new Option<ushort>("--port", "-p")
        {
            Description = "0 takes a free one",
            DefaultValueFactory = _ => 9000,
        };
        var readOnly = new Option<bool>("--read-only")
        {
            Description = "Serve reads only; nothing in the directory changes",
        };

        var command = new Command("run", "Serve a region until stopped") { data, address, port, readOnly };
        command.SetAction(async (parsed, ct) =>
        {
            using var logs = Logs.ToStandardError(LogLevel.Information);
            var endPoint = new IPEndPoint(parsed.GetRequiredValue(address), parsed.GetValue(port));
            try
            {
                using var region = Region.Open(parsed.GetRequiredValue(data).FullName, parsed.GetValue(readOnly));
                await using var server = new DownstairsServer(
                    region, new DownstairsServerOptions { Listen = endPoint }, TimeProvider.System, logs.CreateLogger("downstairs"));
                await server.StartAsync(ct);
                Console.WriteLine($"serving region {region.Definition.Uuid} on {server.LocalEndPoint}");
                await UntilStopped(ct);
                await server.StopAsync(CancellationToken.None);
            }
            catch (RegionException e)
            {
                throw new CommandFailedException(e.Message);
            }
            catch (IOException e)
            {
                throw new CommandFailedException($"{e.Message} Choose another --port or --address.");
            }

            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>Returns when the process is asked to end (Ctrl-C or SIGTERM).</summary>
    private static async Task UntilStopped(CancellationToken ct)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = ct.Register(() => stopped.TrySetResult());
        await stopped.Task;
    }
}
