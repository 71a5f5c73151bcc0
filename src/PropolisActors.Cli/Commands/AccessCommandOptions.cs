using System.CommandLine;
using PropolisActors.Gateway.Access;

namespace PropolisActors.Cli.Commands;

/// <summary>The options of <c>serve</c> that say who may use the service.</summary>
internal sealed class AccessCommandOptions
{
    private readonly Option<string?> _certificate = new("--tls-cert")
    {
        Description = "PEM file of the service's certificate and its chain: connections are TLS then",
    };

    private readonly Option<string?> _key = new("--tls-key")
    {
        Description = "PEM file of its private key, readable by its owner alone",
    };

    private readonly Option<string?> _clientCa = new("--client-ca")
    {
        Description = "PEM file of the roots that vouch for clients: each must show a certificate",
    };

    private readonly Option<string?> _token = new("--token-file")
    {
        Description = "File of the token that clients must send as 'Authorization: Bearer TOKEN', readable by its owner alone",
    };

    private readonly Option<bool> _insecure = new("--insecure")
    {
        Description = "Listen beyond the loopback without any of these: whoever reaches the service controls every VM",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_certificate);
        command.Options.Add(_key);
        command.Options.Add(_clientCa);
        command.Options.Add(_token);
        command.Options.Add(_insecure);
    }

    public AccessOptions Read(ParseResult parsed) => new(
        parsed.GetValue(_certificate),
        parsed.GetValue(_key),
        parsed.GetValue(_clientCa),
        parsed.GetValue(_token),
        parsed.GetValue(_insecure));
}
