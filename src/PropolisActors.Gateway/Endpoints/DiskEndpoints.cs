using Propolis.Core.Api;
using Propolis.Core.Json;
using PropolisActors.Gateway.Http;
using PropolisActors.Gateway.Json;
using PropolisActors.Protocols;

namespace PropolisActors.Gateway.Endpoints;

/// <summary>The routes about one disk. Source: propolis-server API, sections 12 and 13.</summary>
internal sealed class DiskEndpoints(Vms vms)
{
    public Task<Answer> ReplaceVcrAsync(Call call) =>
        RequestJson.TryReadVcrReplace(call.Body, out var vcrJson, out var error)
            ? vms.AskAsync<VmProtocol.VcrReplaced>(
                new VmProtocol.ReplaceVcr(call.Vm, call.Disk, vcrJson),
                static r => Answer.Ok(DiskJson.ReplaceResult(r.Result)))
            : Task.FromResult<Answer>(new Answer.Refused(ApiError.UnparsableBody(error)));

    public Task<Answer> GetStatusAsync(Call call) => vms.AskAsync<VolumeProtocol.VolumeStatus>(
        new VmProtocol.GetDiskStatus(call.Vm, call.Disk),
        status => call.Version.HasVolumeInfo ? DiskJson.Status(status) : DiskJson.IsActive(status));

    /// <summary>Takes as long as the disk's servers do, up to the deadline; goes on when the client has gone.</summary>
    public Task<Answer> SnapshotAsync(Call call) => vms.AskUntilEndedAsync<VmProtocol.SnapshotTaken>(
        call, new VmProtocol.Snapshot(call.Vm, call.Disk, call.PathId), static _ => Answer.Null);
}
