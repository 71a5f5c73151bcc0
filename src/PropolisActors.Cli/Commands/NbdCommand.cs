using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using PropolisActors.Cli.Exporting;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis nbd</c>: serves the volume of a VCR file over NBD, without a VM.</summary>
internal sealed class NbdCommand
{
    private static readonly TimeSpan ExplainEvery = TimeSpan.FromSeconds(2);

    private const int SocketPathMax = 107;  // of a Unix socket on Linux, without its closing zero

    private readonly Option<FileInfo> _vcr = new("--vcr")
    {
        Description = "The volume construction request as JSON; on SIGHUP it is read again and its change of a server is taken up",
        Required = true,
    };

    private readonly Option<FileInfo?> _socket = new("--socket") { Description = "A Unix socket to serve on; only its owner may connect" };

    private readonly Option<IPEndPoint?> _listen = new("--listen")
    {
        Description = "An address and port to serve on, 127.0.0.1:10809 for one. Nothing asks who connects: keep it on loopback",
        CustomParser = CommandLineValues.EndPoint,
    };

    private readonly Option<string> _export = new("--export")
    {
        Description = "The name of the export; a client that gives no name gets it too",
        DefaultValueFactory = _ => "volume",
    };

    private readonly Option<bool> _insecure = new("--insecure") { Description = "Allow --listen on an address that others reach" };

    public static Command Create() => new NbdCommand().ToCommand();

    private Command ToCommand()
    {
        var command = new Command("nbd", "Serve a volume over NBD, with no VM") { _vcr, _socket, _listen, _export, _insecure };
        command.Validators.Add(result =>
        {
            if ((result.GetResult(_socket) is null) == (result.GetResult(_listen) is null))
                result.AddError("Give one of --socket and --listen.");
        });
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var file = parsed.GetRequiredValue(_vcr);
        var name = parsed.GetRequiredValue(_export);
        var listen = EndPointOf(parsed);
        using var logs = Logs.ToStandardError(LogLevel.Warning);
        var failed = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var export = await VolumeExport.StartAsync(
            ClientRun.ReadFile(file), name, listen, logs, Console.WriteLine, why => failed.TrySetResult(why), ct);
        using var reread = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            Reread(file, export);
        });
        Console.WriteLine($"serving {UriOf(export.EndPoint, name)}");
        var stopped = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = ct.Register(() => stopped.TrySetResult(""));
        var ended = Task.WhenAny(failed.Task, stopped.Task);
        await ExplainUntilAsync(ended, export);
        return await ended == failed.Task
            ? throw new CommandFailedException($"the volume cannot be active: {await failed.Task}")
            : ExitCodes.Done;
    }

    /// <summary>Says now and then what the volume waits for, as long as that changes.</summary>
    private static async Task ExplainUntilAsync(Task ended, VolumeExport export)
    {
        var said = "";
        using var timer = new PeriodicTimer(ExplainEvery);
        while (await Task.WhenAny(ended, timer.WaitForNextTickAsync().AsTask()) != ended)
        {
            var waits = string.Join("; ", export.Waiting);
            if (waits.Length > 0 && waits != said)
                Console.WriteLine($"waiting: {waits}");
            said = waits;
        }
    }

    private static void Reread(FileInfo file, VolumeExport export)
    {
        try
        {
            export.Replace(ClientRun.ReadFile(file));
        }
        catch (CommandFailedException e)
        {
            Console.Error.WriteLine($"propolis: {e.Message}");
        }
    }

    private EndPoint EndPointOf(ParseResult parsed)
    {
        if (parsed.GetValue(_socket) is { } socket)
        {
            return System.Text.Encoding.UTF8.GetByteCount(socket.FullName) <= SocketPathMax
                ? new UnixDomainSocketEndPoint(socket.FullName)
                : throw new CommandFailedException($"--socket has more than {SocketPathMax} bytes: choose a shorter path.", ExitCodes.WrongUsage);
        }

        var listen = parsed.GetRequiredValue(_listen)!;
        return IPAddress.IsLoopback(listen.Address) || parsed.GetValue(_insecure)
            ? listen
            : throw new CommandFailedException(
                $"--listen {listen} can be reached by others, and NBD asks nobody who they are: use loopback, or add --insecure.",
                ExitCodes.WrongUsage);
    }

    private static string UriOf(EndPoint endPoint, string name) => endPoint is UnixDomainSocketEndPoint unix
        ? $"nbd+unix:///{Uri.EscapeDataString(name)}?socket={unix}"
        : $"nbd://{endPoint}/{Uri.EscapeDataString(name)}";
}
