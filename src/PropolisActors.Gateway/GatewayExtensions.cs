using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PropolisActors.Gateway.Endpoints;
using PropolisActors.Gateway.Events;
using PropolisActors.Gateway.Migration;
using PropolisActors.Gateway.Serial;

namespace PropolisActors.Gateway;

/// <summary>Puts the HTTP interface into a web application.</summary>
public static class GatewayExtensions
{
    /// <summary>The same with the usual limits.</summary>
    public static IServiceCollection AddGateway(this IServiceCollection services) =>
        services.AddGateway(GatewayOptions.Default);

    /// <summary>
    /// Registers what the interface needs. It finds the VM directory as <c>IRequiredActor&lt;VmDirectory&gt;</c>, so that
    /// the actors are to be registered with it.
    /// </summary>
    public static IServiceCollection AddGateway(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Vms>();
        services.AddSingleton<SerialSockets>();
        services.AddSingleton<InstanceEndpoints>();
        services.AddSingleton<DiskEndpoints>();
        services.AddSingleton<SerialEndpoints>();
        services.AddSingleton<MigrationSockets>();
        services.AddSingleton<MigrationEndpoints>();
        services.AddSingleton<VmListEndpoints>();
        services.AddSingleton<HttpGateway>();
        services.AddSingleton<EventStreams>();
        services.AddSingleton<ServiceRoutes>();
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // A target may name another host than the header; neither decides anything here.
            kestrel.AllowHostHeaderOverride = true;
            kestrel.ConfigureEndpointDefaults(static endpoint => endpoint.Protocols = HttpProtocols.Http1);
            kestrel.Limits.MaxConcurrentConnections = options.ConnectionsMax;
            kestrel.Limits.MaxConcurrentUpgradedConnections = options.ConnectionsMax;
            // The gateway has its own limit, and its own answer beyond it.
            kestrel.Limits.MaxRequestBodySize = null;
            // Any byte gets as far as the check of the version header, which has its own answer too.
            kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        });
        return services;
    }

    /// <summary>Answers every request that nothing before it has answered; unknown paths included.</summary>
    public static WebApplication MapGateway(this WebApplication app)
    {
        app.UseWebSockets();
        var gateway = app.Services.GetRequiredService<HttpGateway>();
        var own = app.Services.GetRequiredService<ServiceRoutes>();
        app.Run(async http =>
        {
            if (!await own.TryHandleAsync(http))
                await gateway.HandleAsync(http);
        });
        return app;
    }
}
