using System.CommandLine.Parsing;
using System.Net;

namespace PropolisActors.Cli.Commands;

/// <summary>Reads values of the command line that the base parser does not know.</summary>
internal static class CommandLineValues
{
    /// <summary>One IP address; host names are not looked up.</summary>
    public static IPAddress? Address(ArgumentResult argument)
    {
        if (IPAddress.TryParse(argument.Tokens[0].Value, out var address))
            return address;
        argument.AddError($"'{argument.Tokens[0].Value}' is not an IP address.");
        return null;
    }

    /// <summary>An address and a port, <c>a.b.c.d:port</c> or <c>[v6]:port</c>.</summary>
    public static IPEndPoint? EndPoint(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (IPEndPoint.TryParse(text, out var endPoint) && text.EndsWith($":{endPoint.Port}", StringComparison.Ordinal))
            return endPoint;
        argument.AddError($"'{text}' is not an address and a port, such as 127.0.0.1:12400.");
        return null;
    }
}
