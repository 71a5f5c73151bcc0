using System.CommandLine;
using System.Net;
using PropolisActors.Cli.Serving;

namespace PropolisActors.Cli.Commands;

/// <summary><c>propolis serve</c>: the VM-management service until it is stopped.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var listen = new Option<IPEndPoint?>("--listen", "-l")
        {
            Description = "Address and port of the HTTP API [default: 127.0.0.1:12400]",
            CustomParser = CommandLineValues.EndPoint,
        };
        var data = new Option<DirectoryInfo?>("--data")
        {
            Description = "Directory for the journal and the log file; without it VMs are forgotten when the service ends",
        };
        var config = new Option<FileInfo?>("--config")
        {
            Description = "HOCON file to use in place of the delivered one",
        };
        var cluster = new Option<bool>("--cluster")
        {
            Description = "Be a node of a cluster, as cluster.hocon or the --config file describes it; "
                + "needs a build with AkkaProvider=packages",
        };
        var machine = new Option<string>("--machine")
        {
            Description = "Kind of machine",
            DefaultValueFactory = _ => "simulated",
        };
        machine.AcceptOnlyFromAmong("simulated");

        var killAtWrite = new Option<string?>("--kill-at-write")
        {
            Description = "For the tests of crashes",
            Hidden = true,
        };

        var command = new Command("serve", "Run the VM-management service") 
        {
            listen, data, config, cluster, machine, killAtWrite,
        };
        var access = new AccessCommandOptions();
        access.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var settings = new ServeSettings(
                parsed.GetValue(listen),
                parsed.GetValue(data),
                parsed.GetValue(config),
                IsClustered: parsed.GetValue(cluster),
                KillAtWrite: parsed.GetValue(killAtWrite));
            await using var service = await ServiceProcess.StartAsync(settings with { Access = access.Read(parsed) }, ct);
            Console.WriteLine($"serving on {service.Url}");
            await service.WaitForShutdownAsync(ct);
            return ExitCodes.Done;
        });
        return command;
    }
}
