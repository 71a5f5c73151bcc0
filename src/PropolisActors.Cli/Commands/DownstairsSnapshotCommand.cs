using System.CommandLine;
using Crucible.Net.Regions;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis downstairs snapshot</c>: lists and removes the snapshots of a region. An upstairs takes them.
/// </summary>
internal static class DownstairsSnapshotCommand
{
    public static Command Create() =>
        new("snapshot", "Snapshots of a region") { CreateList(), CreateRemove() };

    private static Command CreateList()
    {
        var data = DownstairsCommand.DataOption();
        var command = new Command("list", "Print the name and the directory of each") { data };
        command.SetAction((parsed, _) => DownstairsCommand.Run(() =>
        {
            var region = parsed.GetRequiredValue(data).FullName;
            foreach (var name in RegionSnapshots.List(region))
                Console.WriteLine($"{name} {RegionSnapshots.DirectoryOf(region, name)}");
            return Task.FromResult(ExitCodes.Done);
        }));
        return command;
    }

    private static Command CreateRemove()
    {
        var data = DownstairsCommand.DataOption();
        var name = new Argument<string>("NAME") { Description = "Of the snapshot" };
        var command = new Command("remove", "Remove one that is not being served") { data, name };
        command.SetAction((parsed, _) => DownstairsCommand.Run(() =>
        {
            RegionSnapshots.Remove(parsed.GetRequiredValue(data).FullName, parsed.GetRequiredValue(name));
            return Task.FromResult(ExitCodes.Done);
        }));
        return command;
    }
}
