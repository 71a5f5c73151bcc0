using System.CommandLine;
using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis state run|stop|reboot</c>: asks for another state and does not wait for it.</summary>
internal static class StateCommand
{
    private static readonly string[] States = ["Run", "Stop", "Reboot"];

    public static Command Create()
    {
        var options = new ClientOptions();
        var state = new Argument<string>("STATE") { Description = "run, stop or reboot" };
        state.Validators.Add(result =>
        {
            var typed = result.Tokens[0].Value;
            if (!States.Contains(typed, StringComparer.OrdinalIgnoreCase))
                result.AddError($"'{typed}' is not run, stop or reboot.");
        });
        var command = new Command("state", "Start, stop or reboot a VM") { state };
        options.AddTo(command);
        command.SetAction((parsed, ct) => ClientRun.SendAsync(
            options,
            parsed,
            ApiRequest.PutState(Known(parsed.GetRequiredValue(state))),
            _ => ["accepted; 'propolis monitor' shows what happens"],
            ct));
        return command;
    }

    private static string Known(string typed) =>
        States.First(state => string.Equals(state, typed, StringComparison.OrdinalIgnoreCase));
}
