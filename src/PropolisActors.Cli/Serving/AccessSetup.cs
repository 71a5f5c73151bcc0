using System.Net;
using Akka.Configuration;
using PropolisActors.Gateway;
using PropolisActors.Gateway.Access;

namespace PropolisActors.Cli.Serving;

/// <summary>Who may use the service, and how much of it at once: the command line, and behind it the configuration.</summary>
internal static class AccessSetup
{
    /// <summary>Reads and checks it for a service that listens there.</summary>
    /// <exception cref="CommandFailedException">It must not be started so; the message says what to do.</exception>
    public static GatewayOptions Load(ServeSettings settings, Config config, IPEndPoint listen)
    {
        var access = OptionsOf(settings, config);
        if (AccessRules.WhyNot(listen.Address, access) is { } why)
            throw new CommandFailedException(why, ExitCodes.WrongUsage);
        try
        {
            return LimitsOf(config) with { Access = AccessControl.Load(access) };
        }
        catch (AccessException e)
        {
            throw new CommandFailedException(e.Message);
        }
    }

    /// <summary>What to say in the log about it; null when nothing.</summary>
    public static string? Warning(ServeSettings settings, Config config, IPEndPoint listen) =>
        AccessRules.Warning(listen.Address, OptionsOf(settings, config));

    private static AccessOptions OptionsOf(ServeSettings settings, Config config) => new(
        settings.Access.CertificateFile ?? FileAt(config, "tls-cert"),
        settings.Access.KeyFile ?? FileAt(config, "tls-key"),
        settings.Access.ClientCaFile ?? FileAt(config, "client-ca"),
        settings.Access.TokenFile ?? FileAt(config, "token-file"),
        settings.Access.IsInsecure || config.GetBoolean("propolis.access.insecure", false));

    private static string? FileAt(Config config, string key) =>
        config.GetString($"propolis.access.{key}", "") is { Length: > 0 } file ? file : null;

    private static GatewayOptions LimitsOf(Config config)
    {
        var usual = GatewayOptions.Default;
        var limits = usual with
        {
            ConnectionsMax = config.GetInt("propolis.http.connections-max", usual.ConnectionsMax),
            HeaderTime = config.GetTimeSpan("propolis.http.header-time", usual.HeaderTime),
            IdleTime = config.GetTimeSpan("propolis.http.idle-time", usual.IdleTime),
            SendTime = config.GetTimeSpan("propolis.http.send-time", usual.SendTime),
            EventsMax = config.GetInt("propolis.events.count-max", usual.EventsMax),
            EventBytesMax = config.GetInt("propolis.events.bytes-max", (int)usual.EventBytesMax),
            EventStreamsMax = config.GetInt("propolis.events.readers-max", usual.EventStreamsMax),
        };
        return limits.Fault() is { } fault ? throw new CommandFailedException(fault, ExitCodes.WrongUsage) : limits;
    }
}
