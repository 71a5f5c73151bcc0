using System.Text;
using Akka.Actor;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PropolisActors.Gateway.Endpoints;
using PropolisActors.Gateway.Events;
using PropolisActors.Gateway.Health;
using PropolisActors.Gateway.Metrics;
using PropolisActors.Gateway.Migration;
using PropolisActors.Gateway.Serial;
using PropolisActors.Gateway.Vnc;
using PropolisActors.Metrics;

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
        services.AddSingleton<SocketClosing>();
        services.AddSingleton<SerialSockets>();
        services.AddSingleton<VncSockets>();
        services.AddSingleton<InstanceEndpoints>();
        services.AddSingleton<DiskEndpoints>();
        services.AddSingleton<SerialEndpoints>();
        services.AddSingleton<MigrationSockets>();
        services.AddSingleton<MigrationEndpoints>();
        services.AddSingleton<VmListEndpoints>();
        services.AddSingleton<HttpGateway>();
        services.AddSingleton<EventStreams>();
        services.TryAddSingleton<ServiceMetrics>();
        services.AddSingleton<MetricsReader>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<ServiceRoutes>();
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // A target may name another host than the header; neither decides anything here.
            kestrel.AllowHostHeaderOverride = true;
            kestrel.ConfigureEndpointDefaults(endpoint =>
            {
                endpoint.Protocols = HttpProtocols.Http1;
                if (options.Access.IsTls)
                    endpoint.UseHttps(https => options.Access.Apply(https, options.HandshakeTime));
            });
            SetLimits(kestrel.Limits, options);
            // Any byte gets as far as the check of the version header, which has its own answer too.
            kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        });
        return services;
    }

    private static void SetLimits(KestrelServerLimits limits, GatewayOptions options)
    {
        var rate = new MinDataRate(options.RateMin, options.RateGrace);
        limits.MaxConcurrentConnections = options.ConnectionsMax;
        limits.MaxConcurrentUpgradedConnections = options.ConnectionsMax;
        // The gateway has its own limit, and its own answer beyond it.
        limits.MaxRequestBodySize = null;
        limits.MaxRequestHeadersTotalSize = options.HeaderBytesMax;
        limits.MaxRequestHeaderCount = options.HeadersMax;
        limits.RequestHeadersTimeout = options.HeaderTime;
        limits.KeepAliveTimeout = options.IdleTime;
        limits.MinRequestBodyDataRate = rate;
        limits.MinResponseDataRate = rate;
    }

    /// <summary>Answers every request that nothing before it has answered; unknown paths included.</summary>
    public static WebApplication MapGateway(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<GatewayOptions>();
        app.Services.GetRequiredService<ActorSystem>().ActorOf(
            MetricsActor.Props(app.Services.GetRequiredService<ServiceMetrics>()), "metrics");
        app.UseWebSockets(new WebSocketOptions { KeepAliveTimeout = options.PongTime });
        var gateway = app.Services.GetRequiredService<HttpGateway>();
        var own = app.Services.GetRequiredService<ServiceRoutes>();
        app.Run(async http =>
        {
            // Before anything else is looked at, so that no route can forget it.
            if (options.Access.WhyNot(http.Request, own.IsOpen(http)) is { } why)
                await HttpGateway.RefuseAsync(http, why);
            else if (!await own.TryHandleAsync(http))
                await gateway.HandleAsync(http);
        });
        return app;
    }
}
