using System.CommandLine;
using PropolisActors.Cli.Client;
using PropolisActors.Cli.Demo;
using PropolisActors.Cli.Processes;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis demo</c>: what the service is for, on this machine, with real processes and sockets.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var command = new Command("demo", "See a VM freed from a dead disk server, on loopback, in under a minute");
        command.SetAction((_, ct) => RunAsync(ct));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken ct)
    {
        var screen = new DemoScreen();
        try
        {
            // Left before anything is said about its end: whatever happened, nothing of it stays behind.
            await using (var stage = new DemoStage())
                await DemoStory.TellAsync(stage, screen, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw new CommandFailedException($"the demo was interrupted in {screen.Step}; nothing of it is left.");
        }
        catch (Exception e) when (e is DemoFailedException or ChildProcessException or ApiRefusedException
            or ApiUnreachableException or AnswerFormatException or GuestException or TimeoutException or IOException)
        {
            throw new CommandFailedException($"the demo failed in {screen.Step}: {e.Message}");
        }

        screen.Summary();
        return ExitCodes.Done;
    }
}
