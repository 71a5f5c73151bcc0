using Propolis.Core.Api;
using Propolis.Core.Json;
using Propolis.Core.Lifecycle;
using Propolis.Core.Serial;
using PropolisActors.Gateway.Http;
using PropolisActors.Gateway.Serial;
using PropolisActors.Protocols;

namespace PropolisActors.Gateway.Endpoints;

/// <summary>The console routes. Source: propolis-server API, section 14.</summary>
internal sealed class SerialEndpoints(Vms vms, SerialSockets sockets)
{
    public Task<Answer> GetHistoryAsync(Call call)
    {
        if (SerialStart.From(call.Query.FromStart, call.Query.MostRecent) is not { } start)
            return RefuseStartAsync(call);
        return vms.AskAsync<SerialProtocol.History>(
            new SerialProtocol.GetHistory(call.Vm, start, call.Query.MaxBytes ?? SerialHistory.ReadBytesDefault),
            static h => Answer.Ok(ResponseJson.SerialHistory(new SerialRead.Data(h.Data, h.LastByteOffset))));
    }

    /// <summary>Upgrades first: what is wrong then shows as a connection that closes.</summary>
    public async Task<Answer> ConnectAsync(Call call)
    {
        using var socket = await call.Http.WebSockets.AcceptWebSocketAsync();
        await sockets.RunAsync(
            socket, call.Vm, SerialStart.From(call.Query.FromStart, call.Query.MostRecent), call.Ended);
        return new Answer.Nothing();
    }

    /// <summary>That there is no VM is said before what is wrong with the query.</summary>
    private Task<Answer> RefuseStartAsync(Call call) => vms.AskAsync<VmProtocol.Instance>(
        new VmProtocol.GetInstance(call.Vm),
        static i => new Answer.Refused(i.State.State is InstanceState.Destroyed or InstanceState.Failed
            ? ApiError.NoInstance
            : ApiError.SerialOffsetAmbiguous));
}
