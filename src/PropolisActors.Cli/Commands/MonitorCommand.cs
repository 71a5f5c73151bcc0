using System.CommandLine;
using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis monitor</c>: prints each state of a VM until its last.</summary>
internal static class MonitorCommand
{
    public static Command Create()
    {
        var options = new ClientOptions();
        var command = new Command("monitor", "Print each state of a VM until it is Destroyed or Failed");
        options.AddTo(command);
        command.SetAction((parsed, ct) => ClientRun.RunAsync(
            options, parsed, api => FollowAsync(api, options.IsJson(parsed), ct), ct));
        return command;
    }

    private static async Task<int> FollowAsync(ApiClient api, bool isJson, CancellationToken ct)
    {
        StateSeen? last = null;
        await foreach (var (seen, answer) in StateMonitor.FollowAsync(api, ct))
        {
            Console.WriteLine(isJson ? answer.Body : $"{seen.Gen} {seen.State}");
            last = seen;
        }

        return last is { State: "Failed" }
            ? throw new CommandFailedException("the VM failed; the service's log says why.")
            : ExitCodes.Done;
    }
}
