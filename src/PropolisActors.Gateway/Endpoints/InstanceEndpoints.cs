using Propolis.Core.Api;
using Propolis.Core.Json;
using Propolis.Core.Spec;
using PropolisActors.Gateway.Http;
using PropolisActors.Protocols;

namespace PropolisActors.Gateway.Endpoints;

/// <summary>The routes about a VM as a whole. Source: propolis-server API, sections 4, 5.1, 7 and 8.</summary>
internal sealed class InstanceEndpoints(Vms vms, MigrationEndpoints migrations)
{
    public Task<Answer> EnsureAsync(Call call)
    {
        if (!RequestJson.TryReadEnsure(call.Body, call.Version.SpecFormat, out var request, out var error))
            return Refused(ApiError.UnparsableBody(error));
        if (request.Init is InstanceInit.MigrationTarget target)
            return migrations.EnsureAsync(call, request.Properties, target);
        var init = (InstanceInit.FromSpec)request.Init;
        if (!SpecValidator.TryValidate(init.Spec, out var spec, out var detail))
            return Refused(ApiError.InvalidSpec(detail));
        return vms.AskAsync<VmProtocol.Ensured>(
            new VmProtocol.Ensure(call.Vm, request.Properties, spec),
            static _ => new Answer.Json(201, ResponseJson.EnsureAnswer(migrationId: null)));
    }

    public Task<Answer> GetAsync(Call call) => vms.AskAsync<VmProtocol.Instance>(
        new VmProtocol.GetInstance(call.Vm),
        static i => Answer.Ok(ResponseJson.InstanceGet(i.Properties, i.State.State)));

    public Task<Answer> GetSpecAsync(Call call) => vms.AskAsync<VmProtocol.Instance>(
        new VmProtocol.GetInstance(call.Vm),
        i => Answer.Ok(ResponseJson.SpecGet(i.Properties, i.State.State, i.Spec?.Spec, call.Version.SpecFormat)));

    public Task<Answer> GetMigrationStatusAsync(Call call) => vms.AskAsync<VmProtocol.Instance>(
        new VmProtocol.GetInstance(call.Vm),
        static i => Answer.Ok(ResponseJson.MigrationStatus(i.State.Migrations)));

    public Task<Answer> PutStateAsync(Call call) =>
        RequestJson.TryReadStateRequest(call.Body, out var state, out var error)
            ? vms.AskAsync<VmProtocol.StateAccepted>(
                new VmProtocol.PutState(call.Vm, state), static _ => new Answer.NoContent())
            : Refused(ApiError.UnparsableBody(error));

    /// <summary>Waits until answered, or until the client has gone.</summary>
    public async Task<Answer> MonitorAsync(Call call)
    {
        if (!RequestJson.TryReadMonitor(call.Body, out var gen, out var error))
            return new Answer.Refused(ApiError.UnparsableBody(error));
        var waiter = Guid.NewGuid();
        var answer = await vms.AskUntilEndedAsync<VmProtocol.Monitored>(
            call, new VmProtocol.Monitor(call.Vm, waiter, gen), static m => Answer.Ok(ResponseJson.Monitor(m.State)));
        if (call.Ended.IsCancellationRequested)
            await vms.TellAsync(new VmProtocol.Unmonitor(call.Vm, waiter));
        return answer;
    }

    public Task<Answer> InjectNmiAsync(Call call) => vms.AskAsync<VmProtocol.NmiInjected>(
        new VmProtocol.InjectNmi(call.Vm), static _ => Answer.Null);

    private static Task<Answer> Refused(ApiError why) => Task.FromResult<Answer>(new Answer.Refused(why));
}
