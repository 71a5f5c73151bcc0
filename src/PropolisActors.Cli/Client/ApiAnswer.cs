using System.Net;

namespace PropolisActors.Cli.Client;

/// <summary>A request that was granted.</summary>
/// <param name="Body">JSON text; empty when there is none.</param>
public sealed record ApiAnswer(ApiRequest Request, HttpStatusCode Status, string Body)
{
    public override string ToString() => $"{Request}: {(int)Status}";
}
