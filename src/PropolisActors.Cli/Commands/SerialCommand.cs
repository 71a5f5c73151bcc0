using System.CommandLine;
using System.Net.WebSockets;
using System.Text;
using Microsoft.Win32.SafeHandles;
using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis serial</c>: a VM's first serial port on this terminal, or between pipes.</summary>
/// <remarks>
/// On a terminal every key goes to the guest, and Ctrl-] leaves. Otherwise input is sent until its end, and the command
/// ends when the console has been quiet for a while after that.
/// </remarks>
internal static class SerialCommand
{
    private const byte Leave = 0x1d;
    private const int StandardInput = 0;
    private const int QuietSecondsDefault = 2;
    private const int HistoryBytesDefault = 16384;

    public static Command Create()
    {
        var options = new ClientOptions();
        var offset = new Option<long>("--byte-offset", "-b")
        {
            Description = "History to show first: from this byte on, or that many back when negative",
            DefaultValueFactory = _ => -HistoryBytesDefault,
        };
        var quiet = new Option<uint>("--quiet-seconds")
        {
            Description = "Without a terminal: how long a quiet console is waited for when the input has ended",
            DefaultValueFactory = _ => QuietSecondsDefault,
        };
        var command = new Command("serial", "Use a VM's serial console; Ctrl-] leaves") { offset, quiet };
        options.AddTo(command);
        command.SetAction((parsed, ct) => ClientRun.RunAsync(options, parsed, async api =>
        {
            using var serial = await SerialConnection.OpenAsync(api.Target, parsed.GetValue(offset), ct);
            var after = TimeSpan.FromSeconds(parsed.GetValue(quiet));
            using var terminal = Console.IsInputRedirected ? null : RawTerminal.Take();
            if (terminal is not null)
                await NoteAsync("(Ctrl-] leaves)\r\n", ct);
            if (await RelayAsync(serial, terminal is not null, after, ct) == End.ByUser)
                return ExitCodes.Done;
            if (serial.EndReason is not { } reason)
                throw new CommandFailedException("the console was dropped: no VM runs there. Try 'propolis get'.");
            await NoteAsync($"\r\n(the service ended the console: {reason})\r\n", ct);
            return ExitCodes.Done;
        }, ct));
        return command;
    }

    private enum End
    {
        ByUser,
        ByService,
    }

    /// <summary>Carries bytes both ways until the user leaves, the service ends it, or all is quiet.</summary>
    private static async Task<End> RelayAsync(
        SerialConnection serial, bool isTerminal, TimeSpan quiet, CancellationToken ct)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        // A read of standard input cannot be taken back, so it is left behind when the console ends first.
        var typing = Task.Run(() => TypeAsync(serial, isTerminal, ended.Token), ended.Token);
        await using var output = Console.OpenStandardOutput();
        var buffer = new byte[4096];
        var end = End.ByService;
        while (true)
        {
            var printing = serial.ReceiveAsync(buffer, ended.Token);
            await Task.WhenAny(printing, typing);
            if (!printing.IsCompleted && (isTerminal || !await CompletesWithin(printing, quiet)))
            {
                end = End.ByUser;
                break;
            }

            var count = await printing;
            if (count == 0)
                break;
            await output.WriteAsync(buffer.AsMemory(0, count), ct);
            await output.FlushAsync(ct);
        }

        await ended.CancelAsync();
        ct.ThrowIfCancellationRequested();
        return end;
    }

    /// <summary>Says something beside the console, without the library's idea of what a terminal should be.</summary>
    private static async Task NoteAsync(string text, CancellationToken ct)
    {
        await using var error = Console.OpenStandardError();
        await error.WriteAsync(Encoding.UTF8.GetBytes(text), ct);
    }

    /// <summary>Sends what is typed until Ctrl-] or the end of the input.</summary>
    private static async Task TypeAsync(SerialConnection serial, bool isTerminal, CancellationToken ct)
    {
        // The library's own stream edits lines on a terminal; the file behind it gives every byte as it is typed.
        using var handle = new SafeFileHandle(new IntPtr(StandardInput), ownsHandle: false);
        await using var input = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        var buffer = new byte[1024];
        try
        {
            while (await input.ReadAsync(buffer, ct) is > 0 and var count)
            {
                var leave = isTerminal ? buffer.AsSpan(0, count).IndexOf(Leave) : -1;
                await serial.SendAsync(buffer.AsMemory(0, leave < 0 ? count : leave), ct);
                if (leave >= 0)
                    return;
            }
        }
        catch (WebSocketException)
        {
            // The service ended the connection; the receiving side says why.
        }
    }

    private static async Task<bool> CompletesWithin(Task task, TimeSpan limit)
    {
        try
        {
            await task.WaitAsync(limit);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
