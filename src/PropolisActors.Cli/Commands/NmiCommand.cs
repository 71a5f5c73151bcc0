using System.CommandLine;
using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis nmi</c>: interrupts the guest.</summary>
internal static class NmiCommand
{
    public static Command Create()
    {
        var options = new ClientOptions();
        var command = new Command("nmi", "Send the guest a non-maskable interrupt");
        options.AddTo(command);
        command.SetAction((parsed, ct) => ClientRun.SendAsync(options, parsed, ApiRequest.Nmi, static _ => ["sent"], ct));
        return command;
    }
}
