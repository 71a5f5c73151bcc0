using System.Diagnostics.Metrics;
using Akka.Actor;
using PropolisActors.Events;
using PropolisActors.Metrics;

namespace PropolisActors.Gateway.Events;

/// <summary>
/// Hears everything that changes in this service, keeps the newest of it, and gives it to readers that ask. A reader holds at
/// most one batch and has no queue here: one that is slow asks later, and may then have missed something.
/// </summary>
internal sealed class EventHub : ReceiveActor
{
    private readonly EventWindow _window;
    private readonly Counter<long> _told;
    private readonly Gauge<long> _kept;
    private readonly Gauge<long> _waits;
    private readonly Dictionary<Guid, (EventId After, IActorRef ReplyTo)> _waiting = [];

    public EventHub(ulong epoch, int countMax, long bytesMax, ServiceMetrics metrics)
    {
        _told = metrics.Meter.CreateCounter<long>("propolis.events", null, "Events told.");
        _kept = metrics.Meter.CreateGauge<long>("propolis.events.kept", "By", "Bytes of the events kept for readers that come back.");
        _waits = metrics.Meter.CreateGauge<long>("propolis.events.waiting", null, "Readers of events that have seen all of them.");
        _window = new EventWindow(epoch, countMax, bytesMax);
        Receive<ServiceEvent>(OnEvent);
        Receive<Take>(OnTake);
        Receive<Leave>(m => _waiting.Remove(m.Reader));
    }

    /// <summary>Answered by <see cref="EventBatch"/>, when there is something to send. A repeat takes the place of the one
    /// before.</summary>
    /// <param name="Reader">Names who asks.</param>
    /// <param name="Place">Where it is.</param>
    public sealed record Take(Guid Reader, ReaderPlace Place);

    /// <summary>That reader no longer waits. No answer; a repeat does nothing.</summary>
    public sealed record Leave(Guid Reader);

    /// <summary>The recipe for one.</summary>
    /// <param name="countMax">Events kept.</param>
    /// <param name="bytesMax">Bytes kept.</param>
    /// <param name="metrics">Where it is told how much that is.</param>
    public static Props Props(int countMax, long bytesMax, ServiceMetrics metrics) =>
        // A hub that a defect made new has lost its events, and its readers are to be told: so each gets an epoch of its own.
        Akka.Actor.Props.Create(() => new EventHub((ulong)Random.Shared.NextInt64(), countMax, bytesMax, metrics));

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(ServiceEvent));

    private void OnEvent(ServiceEvent @event)
    {
        _window.Append(EventJson.Frame(_window.Upcoming, @event));
        _told.Add(1);
        _kept.Record(_window.Bytes);
        _waits.Record(_waiting.Count);
        foreach (var (after, replyTo) in _waiting.Values)
            replyTo.Tell(_window.Read(after));
        _waiting.Clear();
    }

    private void OnTake(Take take)
    {
        var batch = take.Place switch
        {
            ReaderPlace.Now => new EventBatch(null, _window.Newest, [], _window.Newest),
            ReaderPlace.Behind behind => _window.Read(behind.Id),
            _ => throw new System.Diagnostics.UnreachableException($"{take.Place}"),
        };
        if (take.Place is ReaderPlace.Behind { Id: { } id } && batch is { Gap: null, Frames: [] })
            _waiting[take.Reader] = (id, Sender);
        else
            Sender.Tell(batch);
    }
}
