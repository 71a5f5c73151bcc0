using System.Net;
using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Commands;

/// <summary>What to do about a refused request, in one sentence.</summary>
internal static class RefusalAdvice
{
    public static string For(ApiRefusedException refusal) => refusal.Status switch
    {
        HttpStatusCode.BadRequest => "Correct what was sent; the same again will be refused again.",
        HttpStatusCode.Unauthorized => "Name the file of its token with --token-file.",
        HttpStatusCode.Forbidden => "'propolis get' shows the VM's state.",
        HttpStatusCode.NotFound or HttpStatusCode.Conflict when refusal.Request.IsOfService => "'propolis vms' lists what is there.",
        HttpStatusCode.NotFound => "'propolis get --spec' lists the storage backends; a disk is named by its backend.",
        HttpStatusCode.Conflict when refusal.RetryAfter is { } delay =>
            $"The same can succeed later: try again in {delay.TotalSeconds:0} s.",
        HttpStatusCode.Conflict => "Stop the present VM first: 'propolis state stop'.",
        HttpStatusCode.Gone => "The VM ended; 'propolis get' shows how.",
        HttpStatusCode.FailedDependency => "Create a VM with 'propolis new', or name one with --vm.",
        >= HttpStatusCode.InternalServerError => "The service's log says more.",
        _ => "'propolis get' shows what is there.",
    };
}
