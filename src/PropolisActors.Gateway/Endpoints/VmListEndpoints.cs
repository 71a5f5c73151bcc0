using Propolis.Core.Api;
using PropolisActors.Gateway.Http;
using PropolisActors.Gateway.Json;
using PropolisActors.Protocols;

namespace PropolisActors.Gateway.Endpoints;

/// <summary>Our own routes: which VMs there are, and what each waits for.</summary>
internal sealed class VmListEndpoints(Vms vms)
{
    public Task<Answer> GetAllAsync() => vms.AskAsync<VmProtocol.VmList>(
        new VmProtocol.GetVms(), static list => Answer.Ok(VmListJson.All(list)));

    /// <summary>What it is, what it waits for, and how it ended.</summary>
    public Task<Answer> GetOneAsync(Call call) => GetWaitingAsync(call);

    public Task<Answer> GetWaitingAsync(Call call) => vms.AskAsync<VmProtocol.VmList>(
        new VmProtocol.GetVms(),
        list => list.Vms.FirstOrDefault(vm => vm.Name == call.Vm) is { } vm
            ? Answer.Ok(VmListJson.One(vm))
            : new Answer.Refused(ApiError.NoInstance));
}
