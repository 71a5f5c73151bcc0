using System.Buffers;
using Akka.Actor;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Propolis.Core.Api;
using PropolisActors.Gateway.Http;
using PropolisActors.Metrics;

namespace PropolisActors.Gateway.Events;

/// <summary>
/// Sends events to the clients of <c>GET /events</c>. Nothing waits for them: a client that takes nothing for
/// <see cref="GatewayOptions.SendTime"/> is cut off, and what it missed it gets when it comes back.
/// </summary>
internal sealed partial class EventStreams(
    ActorSystem system, GatewayOptions options, TimeProvider time, ILogger<EventStreams> log, ServiceMetrics metrics)
{
    private readonly IActorRef _hub = system.ActorOf(EventHub.Props(options.EventsMax, options.EventBytesMax, metrics), "events");
    private int _open;

    /// <summary>Streams at this moment.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Runs until the client has gone, takes nothing, or the service stops.</summary>
    /// <param name="ended">The client has gone, or the service stops.</param>
    public async Task<Answer> RunAsync(HttpContext http, CancellationToken ended)
    {
        if (Interlocked.Increment(ref _open) > options.EventStreamsMax)
        {
            Interlocked.Decrement(ref _open);
            return new Answer.Refused(ApiError.Busy($"{options.EventStreamsMax} clients read events already"));
        }

        var reader = Guid.NewGuid();
        try
        {
            await SendUntilSlowAsync(http, reader, PlaceOf(http.Request), ended);
            LogSlow(http.Connection.RemoteIpAddress);
            http.Abort();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client has gone, or the service stops: the stream just ends, as it may at any time.
        }
        finally
        {
            _hub.Tell(new EventHub.Leave(reader), ActorRefs.NoSender);
            Interlocked.Decrement(ref _open);
        }

        return new Answer.Nothing();
    }

    /// <summary>A client that lost its connection repeats its first address, so the header is newer than the query.</summary>
    private static ReaderPlace PlaceOf(HttpRequest request) =>
        (Last(request.Headers["Last-Event-ID"]) ?? Last(request.Query["after"])) is { } text
            ? new ReaderPlace.Behind(EventId.TryParse(text, out var id) ? id : null)
            : new ReaderPlace.Now();

    [LoggerMessage(1, LogLevel.Warning, "a reader of events at {Address} takes nothing; it is cut off")]
    private partial void LogSlow(System.Net.IPAddress? address);

    private static string? Last(StringValues values) => values.Count > 0 ? values[^1] : null;

    private async Task SendUntilSlowAsync(HttpContext http, Guid reader, ReaderPlace place, CancellationToken ended)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        while (true)
        {
            var batch = await TakeAsync(reader, place, ended);
            if (!await TryWriteAsync(http, batch is null ? [EventJson.KeepAlive] : FramesOf(place, batch), ended))
                return;
            if (batch is not null)
                place = new ReaderPlace.Behind(batch.Next);
        }
    }

    /// <summary>Null when nothing came for as long as a connection may be silent.</summary>
    private async Task<EventBatch?> TakeAsync(Guid reader, ReaderPlace place, CancellationToken ended)
    {
        using var quiet = new CancellationTokenSource(options.KeepAliveTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ended, quiet.Token);
        try
        {
            return await _hub.Ask<EventBatch>(new EventHub.Take(reader, place), Timeout.InfiniteTimeSpan, either.Token);
        }
        catch (OperationCanceledException) when (!ended.IsCancellationRequested)
        {
            // An answer that crosses this is dropped, and asked for again from the same place.
            return null;
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> FramesOf(ReaderPlace place, EventBatch batch)
    {
        if (place is ReaderPlace.Now)
            yield return EventJson.Begin(batch.Begin);
        if (batch.Gap is { } gap)
            yield return EventJson.Gap(batch.Begin, gap);
        foreach (var frame in batch.Frames)
            yield return frame;
    }

    /// <summary>False if the client did not take it in time.</summary>
    private async Task<bool> TryWriteAsync(HttpContext http, IEnumerable<ReadOnlyMemory<byte>> frames, CancellationToken ended)
    {
        using var late = new CancellationTokenSource(options.SendTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ended, late.Token);
        foreach (var frame in frames)
            http.Response.BodyWriter.Write(frame.Span);
        try
        {
            await http.Response.BodyWriter.FlushAsync(either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return false;
        }

        // The server aborts the connection of a flush that is given up, and then returns from it as if it were done.
        return !late.IsCancellationRequested;
    }
}
