using System.CommandLine;
using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis status DISK</c>: what a disk does, and what each of its servers waits for.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var options = new ClientOptions();
        var disk = new Argument<string>("DISK") { Description = "The key of the disk's storage backend" };
        var command = new Command("status", "Show what a disk and its servers do") { disk };
        options.AddTo(command);
        command.SetAction((parsed, ct) =>
        {
            var name = parsed.GetRequiredValue(disk);
            return ClientRun.SendAsync(
                options,
                parsed,
                ApiRequest.DiskStatus(name),
                answer => DiskStatusText.Lines(name, DiskStatus.Parse(answer.Body), TimeProvider.System.GetUtcNow()),
                ct);
        });
        return command;
    }
}
