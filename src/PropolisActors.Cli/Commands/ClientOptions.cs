using System.CommandLine;
using System.CommandLine.Parsing;
using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Commands;

/// <summary>The options of every command that talks to a service: where it is, which VM, how to answer.</summary>
internal sealed class ClientOptions
{
    private readonly Option<Uri?> _server = new("--server", "-s")
    {
        Description = "Where the service listens, with https:// before it for TLS [default: 127.0.0.1:12400]",
        CustomParser = Server,
    };

    private readonly Option<string?> _vm = new("--vm") { Description = "A VM by name [default: the one at /instance]" };

    private readonly Option<string?> _roots = new("--ca")
    {
        Description = "PEM file of the roots that vouch for an https service [default: those this machine trusts]",
    };

    private readonly Option<string?> _certificate = new("--cert") { Description = "PEM file of a certificate to show" };

    private readonly Option<string?> _key = new("--key") { Description = "PEM file of its private key" };

    private readonly Option<string?> _token = new("--token-file") { Description = "File of the token to send" };

    private readonly Option<bool> _json = new("--json") { Description = "Print the service's answer as it is" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_server);
        command.Options.Add(_vm);
        command.Options.Add(_roots);
        command.Options.Add(_certificate);
        command.Options.Add(_key);
        command.Options.Add(_token);
        command.Options.Add(_json);
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    public ApiTarget Target(ParseResult parsed) =>
        new(parsed.GetValue(_server) ?? new Uri($"http://127.0.0.1:{ApiTarget.DefaultPort}"), parsed.GetValue(_vm))
        {
            Access = ApiAccess.Load(
                parsed.GetValue(_roots), parsed.GetValue(_certificate), parsed.GetValue(_key), parsed.GetValue(_token)),
        };

    private static Uri? Server(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (ApiTarget.ParseServer(text) is { } server)
            return server;
        argument.AddError($"'{text}' is not the address of a service, such as 127.0.0.1:{ApiTarget.DefaultPort}.");
        return null;
    }
}
