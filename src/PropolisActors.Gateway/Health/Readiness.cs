using Microsoft.Extensions.Hosting;
using Propolis.Core.Api;
using PropolisActors.Gateway.Http;
using PropolisActors.Protocols;

namespace PropolisActors.Gateway.Health;

/// <summary>Whether requests are worth sending here: 204 when the journal is taken up and the service does not stop.</summary>
internal sealed class Readiness(Vms vms, IHostApplicationLifetime lifetime)
{
    public async Task<Answer> AnswerAsync()
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return NotReady("the service is stopping");
        return await vms.AskAsync(new VmProtocol.GetReady()) switch
        {
            VmProtocol.Ready => new Answer.NoContent(),
            VmProtocol.NotReady reason => NotReady(reason.Why),
            VmProtocol.Refused refused => new Answer.Refused(refused.Why),
            var other => throw new System.Diagnostics.UnreachableException($"{other}"),
        };
    }

    private static Answer.Refused NotReady(string why) => new(new ApiError(503, nameof(NotReady), why));
}
