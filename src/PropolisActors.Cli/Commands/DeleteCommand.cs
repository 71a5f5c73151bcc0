using System.CommandLine;
using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis delete</c>: the service forgets a VM that has ended.</summary>
internal static class DeleteCommand
{
    public static Command Create()
    {
        var options = new ClientOptions();
        var command = new Command("delete", "Forget a VM that has ended: its name is free again, and what was its state is gone");
        options.AddTo(command);
        command.SetAction((parsed, ct) =>
        {
            var name = options.Target(parsed).Vm ?? ApiTarget.UnnamedVm;
            return ClientRun.SendAsync(options, parsed, ApiRequest.DeleteVm(name), _ => [$"{name} is forgotten"], ct);
        });
        return command;
    }
}
