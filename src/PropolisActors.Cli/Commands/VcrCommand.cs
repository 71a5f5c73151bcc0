using System.CommandLine;
using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis vcr DISK --file FILE</c>: gives a disk another construction request.</summary>
internal static class VcrCommand
{
    public static Command Create()
    {
        var options = new ClientOptions();
        var disk = new Argument<string>("DISK") { Description = "The key of the disk's storage backend" };
        var file = new Option<FileInfo>("--file", "-f")
        {
            Description = "The new construction request as JSON: the whole of it, with one server changed",
            Required = true,
        };
        var command = new Command("vcr", "Change a disk's construction request, and so a server") { disk, file };
        options.AddTo(command);
        command.SetAction((parsed, ct) => ClientRun.SendAsync(
            options,
            parsed,
            ApiRequest.PutVcr(parsed.GetRequiredValue(disk), ClientRun.ReadFile(parsed.GetRequiredValue(file))),
            answer => [Meaning(answer.Body)],
            ct));
        return command;
    }

    private static string Meaning(string result) => result.Trim('"') switch
    {
        "started" => "started: the server is replaced; its copy is not in sync yet",
        "started_already" => "started_already: it was replaced before; its copy is not in sync yet",
        "completed_already" => "completed_already: it was replaced before; its copy is in sync",
        "vcr_matches" => "vcr_matches: the servers are the same; the generation counts from the next activation on",
        var other => other,
    };
}
