using System.CommandLine;
using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis snapshot DISK</c>: every copy of a disk takes a snapshot.</summary>
internal static class SnapshotCommand
{
    public static Command Create()
    {
        var options = new ClientOptions();
        var disk = new Argument<string>("DISK") { Description = "The key of the disk's storage backend" };
        var id = new Option<Guid?>("--id") { Description = "The snapshot's id, a UUID [default: a new one, printed]" };
        var command = new Command("snapshot", "Take a snapshot of a disk on all of its servers") { disk, id };
        options.AddTo(command);
        command.SetAction((parsed, ct) =>
        {
            var snapshot = parsed.GetValue(id) ?? Guid.NewGuid();
            return ClientRun.SendAsync(
                options,
                parsed,
                ApiRequest.Snapshot(parsed.GetRequiredValue(disk), snapshot),
                _ => [$"snapshot {snapshot} was taken"],
                ct);
        });
        return command;
    }
}
