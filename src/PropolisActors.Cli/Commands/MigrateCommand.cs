using System.CommandLine;
using System.CommandLine.Parsing;
using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis migrate TARGET</c>: moves a running VM to another service and follows it there.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var options = new ClientOptions();
        var to = new Argument<Uri>("TARGET") { Description = "Where the other service listens", CustomParser = Server };
        var vcrs = new Option<string[]>("--vcr")
        {
            Description = "DISK=FILE: the construction request a disk has there [default: as here, one generation later]",
        };
        var command = new Command("migrate", "Move a running VM to another service") { to, vcrs };
        options.AddTo(command);
        command.SetAction((parsed, ct) => ClientRun.RunAsync(
            options, parsed, api => RunAsync(api, parsed.GetRequiredValue(to), Given(parsed.GetValue(vcrs) ?? []), ct), ct));
        return command;
    }

    private static async Task<int> RunAsync(
        ApiClient source, Uri to, Dictionary<string, string> given, CancellationToken ct)
    {
        var spec = await source.SendAsync(ApiRequest.GetSpec, ct);
        var body = MigrationBody.Of(spec.Body, source.Target.Server.Authority, given);
        using var target = new ApiClient(new ApiTarget(to, source.Target.Vm));
        await target.SendAsync(ApiRequest.MigrateIn(body), ct);
        Console.WriteLine($"migration {body.Migration}: the target is built");
        var end = await MigrationWatch.UntilOverAsync(
            target, "migration_in", body.Migration, static state => Console.WriteLine($"  {state}"), ct);
        if (!string.Equals(end, "Finish", StringComparison.Ordinal))
        {
            throw new CommandFailedException(
                $"the migration failed; 'propolis get --server {to.Authority}' and the target's log say why. "
                + "The VM runs on where it was.");
        }

        Console.WriteLine($"the VM is at {to.Authority}; it runs when its disks are active");
        return ExitCodes.Done;
    }

    private static Dictionary<string, string> Given(string[] typed) => typed.Select(static text => text.Split('=', 2)).ToDictionary(
        static pair => pair[0],
        static pair => pair is [_, var file]
            ? ClientRun.ReadFile(new FileInfo(file))
            : throw new CommandFailedException($"'{pair[0]}' is not DISK=FILE.", ExitCodes.WrongUsage),
        StringComparer.Ordinal);

    private static Uri? Server(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (ApiTarget.ParseServer(text) is { } server)
            return server;
        argument.AddError($"'{text}' is not the address of a service, such as 127.0.0.1:{ApiTarget.DefaultPort}.");
        return null;
    }
}
