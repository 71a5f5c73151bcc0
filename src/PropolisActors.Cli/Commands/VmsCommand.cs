using System.CommandLine;
using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis vms</c>: every VM of a service.</summary>
internal static class VmsCommand
{
    public static Command Create()
    {
        var options = new ClientOptions();
        var command = new Command("vms", "List the VMs of a service");
        options.AddTo(command);
        command.SetAction((parsed, ct) => ClientRun.SendAsync(options, parsed, ApiRequest.Vms, Text, ct));
        return command;
    }

    private static IEnumerable<string> Text(ApiAnswer answer)
    {
        var vms = ListedVm.ReadAll(answer.Body);
        return vms.Count == 0
            ? ["no VMs; create one with 'propolis new'"]
            : vms.Select(static vm => vm.FailureReason is { } why ? $"{vm.Name}  {vm.State}: {why}" : $"{vm.Name}  {vm.State}");
    }
}
