using Akka.Actor;
using PropolisActors.Events;
using PropolisActors.Metrics;

namespace PropolisActors.Gateway.Metrics;

/// <summary>Hands on to the figures what changes in this service.</summary>
internal sealed class MetricsActor : ReceiveActor
{
    public MetricsActor(ServiceMetrics metrics) => Receive<ServiceEvent>(metrics.Apply);

    public static Props Props(ServiceMetrics metrics) => Akka.Actor.Props.Create(() => new MetricsActor(metrics));

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(ServiceEvent));
}
