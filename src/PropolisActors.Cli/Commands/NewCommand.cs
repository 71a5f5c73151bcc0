using System.CommandLine;
using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis new --spec FILE</c>: creates a VM.</summary>
internal static class NewCommand
{
    public static Command Create()
    {
        var options = new ClientOptions();
        var spec = new Option<FileInfo>("--spec")
        {
            Description = "The whole request as JSON: an object with properties and init",
            Required = true,
        };
        var command = new Command("new", "Create a VM") { spec };
        options.AddTo(command);
        command.SetAction((parsed, ct) => ClientRun.SendAsync(
            options,
            parsed,
            ApiRequest.Ensure(ClientRun.ReadFile(parsed.GetRequiredValue(spec))),
            _ => ["created; 'propolis state run' starts it"],
            ct));
        return command;
    }
}
