using System.Net;
using Akka.Actor;
using Microsoft.Extensions.Hosting;
using Propolis.Core.Json;
using Propolis.Core.Spec;
using PropolisActors.Gateway.Http;
using PropolisActors.Gateway.Migration;
using PropolisActors.Protocols;

namespace PropolisActors.Gateway.Endpoints;

/// <summary>Both ends of a migration, as far as HTTP goes. Source: propolis-server API, section 17.1.</summary>
internal sealed class MigrationEndpoints(
    Vms vms, MigrationSockets sockets, ActorSystem system, IHostApplicationLifetime lifetime)
{
    /// <summary>Creates a VM whose guest comes from another server. Answered when its parts are built; the migration goes on
    /// whatever the client does.</summary>
    public Task<Answer> EnsureAsync(Call call, InstanceProperties properties, InstanceInit.MigrationTarget init)
    {
        var link = system.ActorOf(MigrationLink.Props(sockets, new MigrationWire(), call.Vm, lifetime.ApplicationStopping));
        var here = new IPEndPoint(call.Http.Connection.LocalIpAddress ?? IPAddress.Loopback, call.Http.Connection.LocalPort);
        return EnsureAsync(call, new VmProtocol.MigrateIn(call.Vm, properties, init, $"{here}", link));
    }

    /// <summary>Another server asks for the guest. Upgrades first: what is wrong then shows as a connection that closes.</summary>
    public async Task<Answer> StartAsync(Call call)
    {
        using var socket = await call.Http.WebSockets.AcceptWebSocketAsync();
        using var wire = new MigrationWire();
        var link = system.ActorOf(MigrationLink.Props(sockets, wire, call.Vm, lifetime.ApplicationStopping));
        try
        {
            if (await vms.AskAsync(new VmProtocol.MigrateOut(call.Vm, call.PathId, link)) is VmProtocol.MigratingOut { Migration: var migration })
            {
                var why = await sockets.JoinAsync(socket, wire, migration, call.Ended);
                migration.Tell(new MigrationProtocol.LinkLost(why), ActorRefs.NoSender);
            }
        }
        finally
        {
            system.Stop(link);
        }

        return new Answer.Nothing();
    }

    private async Task<Answer> EnsureAsync(Call call, VmProtocol.MigrateIn command)
    {
        var answer = await vms.AskUntilEndedAsync<VmProtocol.Ensured>(
            call, command, _ => new Answer.Json(201, ResponseJson.EnsureAnswer(command.Init.MigrationId)));
        if (answer is Answer.Refused { Why.Status: not 500 })
            system.Stop(command.Link);  // refused before anything began
        return answer;
    }
}
