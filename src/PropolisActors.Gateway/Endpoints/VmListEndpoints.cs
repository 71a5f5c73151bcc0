using PropolisActors.Gateway.Http;
using PropolisActors.Gateway.Json;
using PropolisActors.Protocols;

namespace PropolisActors.Gateway.Endpoints;

/// <summary>Our own routes: which VMs there are, and what each waits for.</summary>
internal sealed class VmListEndpoints(Vms vms)
{
    public Task<Answer> GetAllAsync() => vms.AskAsync<VmProtocol.VmList>(
        new VmProtocol.GetVms(), static list => Answer.Ok(VmListJson.All(list)));

    public Task<Answer> GetWaitingAsync(Call call) => vms.AskAsync<VmProtocol.VmSummary>(
        new VmProtocol.GetSummary(call.Vm), static vm => Answer.Ok(VmListJson.One(vm)));
}
