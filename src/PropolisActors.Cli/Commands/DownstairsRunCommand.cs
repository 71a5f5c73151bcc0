using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Runtime.InteropServices;
using Crucible.Net.Connections;
using Crucible.Net.Downstairs;
using Crucible.Net.Regions;
using Microsoft.Extensions.Logging;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis downstairs run</c>: serves a region until it is stopped.</summary>
internal sealed class DownstairsRunCommand
{
    private readonly Option<DirectoryInfo> _data = DownstairsCommand.DataOption();

    private readonly Option<IPAddress> _address = new("--address", "-a")
    {
        Description = "Where to listen",
        DefaultValueFactory = _ => IPAddress.Loopback,
        CustomParser = CommandLineValues.Address,
    };

    private readonly Option<ushort> _port = new("--port", "-p")
    {
        Description = "0 takes a free one",
        DefaultValueFactory = _ => 9000,
    };

    private readonly Option<ushort?> _repairPort = new("--repair-port")
    {
        Description = "Where other disk servers copy from [default: 4000 above --port, or a free one]",
    };

    private readonly Option<bool> _readOnly = new("--read-only")
    {
        Description = "Serve reads only; nothing in the directory changes",
    };

    private readonly Option<string?> _mode = new("--mode") { Description = "ro is the same as --read-only" };
    private readonly Option<FileInfo?> _certificate = new("--cert-pem") { Description = "This server's certificate" };
    private readonly Option<FileInfo?> _key = new("--key-pem") { Description = "Its private key" };
    private readonly Option<FileInfo?> _root = new("--root-cert-pem") { Description = "Whom it trusts" };
    private readonly Option<bool> _lossy = new("--lossy") { Description = "For tests: hold up a job in four" };
    private readonly Option<bool> _readErrors = new("--read-errors") { Description = "For tests: fail reads at random" };
    private readonly Option<bool> _writeErrors = new("--write-errors") { Description = "For tests: fail writes at random" };
    private readonly Option<bool> _flushErrors = new("--flush-errors") { Description = "For tests: fail flushes at random" };

    private DownstairsRunCommand()
    {
        _mode.AcceptOnlyFromAmong("rw", "ro");
    }

    public static Command Create() => new DownstairsRunCommand().ToCommand();

    private Command ToCommand()
    {
        var command = new Command("run", "Serve a region until stopped")
        {
            _data, _address, _port, _repairPort, _readOnly, _mode, _certificate, _key, _root,
            _lossy, _readErrors, _writeErrors, _flushErrors,
        };
        command.Validators.Add(CheckTogether);
        command.SetAction((parsed, ct) => DownstairsCommand.Run(() => RunAsync(parsed, ct)));
        return command;
    }

    private void CheckTogether(CommandResult result)
    {
        var given = ((Option<FileInfo?>[])[_certificate, _key, _root]).Count(o => result.GetResult(o) is not null);
        if (given is 1 or 2)
            result.AddError("--cert-pem, --key-pem and --root-cert-pem belong together: give all or none.");
        if (result.GetResult(_readOnly) is not null && result.GetResult(_mode) is { } mode && mode.Tokens is [{ Value: "rw" }])
            result.AddError("--read-only and --mode rw contradict each other.");
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        using var logs = Logs.ToStandardError(LogLevel.Information);
        using var tooLarge = IgnoreFileSizeSignal();
        using var tls = IdentityOf(parsed);
        var isReadOnly = parsed.GetValue(_readOnly) || parsed.GetValue(_mode) == "ro";
        using var region = Region.Open(parsed.GetRequiredValue(_data).FullName, isReadOnly);
        await using var server = new DownstairsServer(
            region, OptionsOf(parsed, tls), TimeProvider.System, logs.CreateLogger("downstairs"));
        try
        {
            await server.StartAsync(ct);
        }
        catch (IOException e)
        {
            throw new CommandFailedException($"{e.Message} Choose another --port, --repair-port or --address.");
        }
        Console.WriteLine($"repairs on {server.RepairEndPoint}");
        Console.WriteLine($"serving region {region.Definition.Uuid} on {server.LocalEndPoint}");
        await UntilStopped(ct);
        await server.StopAsync(CancellationToken.None);
        return ExitCodes.Done;
    }

    private TlsIdentity? IdentityOf(ParseResult parsed) => parsed.GetValue(_certificate) is { } certificate
        ? TlsIdentity.Load(
            certificate.FullName, parsed.GetRequiredValue(_key)!.FullName, parsed.GetRequiredValue(_root)!.FullName)
        : null;

    private DownstairsServerOptions OptionsOf(ParseResult parsed, TlsIdentity? tls)
    {
        var address = parsed.GetRequiredValue(_address);
        var faults = new StorageFaults(Random.Shared, TimeProvider.System)
        {
            IsLossy = parsed.GetValue(_lossy),
            HasReadErrors = parsed.GetValue(_readErrors),
            HasWriteErrors = parsed.GetValue(_writeErrors),
            HasFlushErrors = parsed.GetValue(_flushErrors),
        };
        return new DownstairsServerOptions
        {
            Listen = new IPEndPoint(address, parsed.GetValue(_port)),
            RepairListen = parsed.GetValue(_repairPort) is { } port ? new IPEndPoint(address, port) : null,
            Tls = tls,
            Faults = faults,
        };
    }

    /// <summary>A file that meets the limit of the process is an error like a full disk, and not the end.</summary>
    private static PosixSignalRegistration? IgnoreFileSizeSignal()
    {
        const int FileSizeSignalOnLinux = 25;
        return OperatingSystem.IsLinux()
            ? PosixSignalRegistration.Create((PosixSignal)FileSizeSignalOnLinux, signal => signal.Cancel = true)
            : null;
    }

    /// <summary>Returns when the process is asked to end (Ctrl-C or SIGTERM).</summary>
    private static async Task UntilStopped(CancellationToken ct)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = ct.Register(() => stopped.TrySetResult());
        await stopped.Task;
    }
}
