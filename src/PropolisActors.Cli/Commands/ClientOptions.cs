using System.CommandLine;
using System.CommandLine.Parsing;
using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Commands;

/// <summary>The options of every command that talks to a service: where it is, which VM, how to answer.</summary>
internal sealed class ClientOptions
{
    private readonly Option<Uri?> _server = new("--server", "-s")
    {
        Description = "Where the service listens [default: 127.0.0.1:12400]",
        CustomParser = Server,
    };

    private readonly Option<string?> _vm = new("--vm") { Description = "A VM by name [default: the one at /instance]" };

    private readonly Option<bool> _json = new("--json") { Description = "Print the service's answer as it is" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_server);
        command.Options.Add(_vm);
        command.Options.Add(_json);
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    public ApiTarget Target(ParseResult parsed) =>
        new(parsed.GetValue(_server) ?? new Uri($"http://127.0.0.1:{ApiTarget.DefaultPort}"), parsed.GetValue(_vm));

    private static Uri? Server(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (ApiTarget.ParseServer(text) is { } server)
            return server;
        argument.AddError($"'{text}' is not the address of a service, such as 127.0.0.1:{ApiTarget.DefaultPort}.");
        return null;
    }
}
