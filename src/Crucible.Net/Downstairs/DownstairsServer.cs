using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Crucible.Core.Downstairs;
using Crucible.Net.Connections;
using Crucible.Net.Regions;
using Crucible.Wire;
using Microsoft.Extensions.Logging;

namespace Crucible.Net.Downstairs;

/// <summary>
/// A disk server: serves one region to upstairs over TCP. It decides nothing; it carries bytes between the sockets, the
/// <see cref="DownstairsMachine"/> and the region.
/// </summary>
/// <remarks>
/// <code>
///  accept ──► connection × n ──events──► event loop (the machine) ──work──► storage thread (the region)
///                  ▲                        │      ▲                              │
///                  └───────── replies ──────┘      └───────── results ────────────┘
/// </code>
/// The event loop never waits: replies go into bounded queues of the connections (a full one ends its connection), work
/// into a queue that the machine bounds. So a ping is answered whatever the disk does. The event queue is bounded too;
/// who writes to it waits, which is what slows down a peer that sends faster than we decide.
/// </remarks>
public sealed partial class DownstairsServer : IAsyncDisposable
{
    private const int EventsMax = 1024;

    /// <summary>Memory of payloads that is kept to be used again.</summary>
    private const long UnusedBytesMax = 16L * 1024 * 1024;

    /// <summary>Turns of the event loop after which a thread is given back.</summary>
    private const int TurnsMax = 64;
    private const int Backlog = 128;
    private static readonly TimeSpan TrimInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AcceptPause = TimeSpan.FromSeconds(1);

    private readonly IServedRegion _region;
    private readonly DownstairsServerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Inbox<DownstairsNews> _events = new(EventsMax);
    private readonly MessagePool _messages = new();
    private readonly BufferPool _buffers = new(UnusedBytesMax);
    private readonly Dictionary<ConnectionNumber, FramedConnection> _connections = [];

    /// <summary>One task a connection; belongs to the accept loop while that runs, and to the stop
    /// afterwards.</summary>
    private readonly List<Task> _serving = [];
    private readonly List<DownstairsEffect> _effects = [];
    private readonly HashSet<FramedConnection> _queuedOn = [];
    private readonly List<WorkDone> _done = [];
    private readonly DownstairsCounters _counters = new();
    private readonly CancellationTokenSource _stopAccepting = new();
    private readonly CancellationTokenSource _broken = new();
    private readonly DownstairsStorage _storage;
    private RepairServer? _repairs;
    private Socket? _listener;
    private IPEndPoint? _listensOn;
    private DownstairsMachine? _machine;
    private Task _accepting = Task.CompletedTask;
    private Task _deciding = Task.CompletedTask;
    private bool _isStopping;
    private long _trimmed;
    private int _stopped;

    /// <summary>A server that does not listen yet.</summary>
    /// <param name="region">An open region; the caller disposes it after the server has stopped.</param>
    public DownstairsServer(IServedRegion region, DownstairsServerOptions options, TimeProvider time, ILogger logger)
    {
        _region = region;
        _options = options;
        _time = time;
        _log = logger;
        _storage = new DownstairsStorage(region, options.Faults, _messages, _buffers, time, _events, logger);
    }

    /// <summary>Where it listens, with the port that was taken.</summary>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    public IPEndPoint LocalEndPoint => _listensOn
        ?? throw new InvalidOperationException("The disk server was not started.");

    /// <summary>Where other disk servers copy extents from.</summary>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    public IPEndPoint RepairEndPoint => _repairs?.LocalEndPoint
        ?? throw new InvalidOperationException("The disk server was not started.");

    /// <summary>A snapshot, from any thread.</summary>
    public DownstairsStatus Status => _counters.Snapshot(_region, _listensOn);

    /// <summary>Listens and serves from now on.</summary>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (_listener is not null)
            throw new InvalidOperationException("The disk server was started before.");
        var listener = Bind();
        try
        {
            _repairs = await StartRepairServerAsync((IPEndPoint)listener.LocalEndPoint!, ct).ConfigureAwait(false);
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        _listener = listener;
        _listensOn = (IPEndPoint)listener.LocalEndPoint!;
        var settings = new DownstairsSettings(
            _region.Definition, _region.ReadOnly, _options.RepairAddress ?? _repairs.LocalEndPoint);
        _machine = new DownstairsMachine(settings, _region.Promotion, _region.Flushed, _messages);
        _storage.Start();
        _deciding = DecideLoopAsync(_machine);
        _accepting = AcceptLoopAsync(listener);
        LogStarted(_log, _region.Definition.Uuid, LocalEndPoint, _repairs.LocalEndPoint, _region.ReadOnly);
    }

    /// <summary>
    /// Stops listening and closes every connection; replies already queued are still written, within
    /// <see cref="ConnectionOptions.DrainMax"/>. Storage finishes what it has begun. A repeat does nothing.
    /// </summary>
    public async Task StopAsync(CancellationToken ct)
    {
        if (_listener is null || Interlocked.Exchange(ref _stopped, 1) != 0)
            return;
        await _stopAccepting.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        // Sent even if the caller has lost patience: it is what lets the loops end.
        await PostAsync(new DownstairsEvent.Stop()).ConfigureAwait(false);
        await using (ct.UnsafeRegister(static b => ((CancellationTokenSource)b!).Cancel(), _broken)
            .ConfigureAwait(false))
            await Task.WhenAll(_serving).ConfigureAwait(false);
        await _storage.CompleteAsync().ConfigureAwait(false);
        _events.Complete();
        await _deciding.ConfigureAwait(false);
        await _repairs!.DisposeAsync().ConfigureAwait(false);
        LogStopped(_log, _region.Definition.Uuid);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _listener?.Dispose();
        _storage.Dispose();
        _stopAccepting.Dispose();
        _broken.Dispose();
    }

    /// <summary>False if the event loop broke, and has closed every connection already.</summary>
    private ValueTask<bool> PostAsync(DownstairsEvent happened) => _events.PostAsync(happened, CancellationToken.None);

    private async Task DecideLoopAsync(DownstairsMachine machine)
    {
        try
        {
            var news = new List<DownstairsNews>();
            for (var turn = 1; !_events.IsOver; turn++)
            {
                _events.TakeAll(ref news);
                Decide(machine, news);
                // The thread may be lent by a connection, which is to go on reading some time.
                if (turn % TurnsMax == 0)
                    await Task.Yield();
                if (news.Count == 0)
                    await _events.WaitAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            // A fault of our own: nothing is served rather than something wrong.
            LogBroken(_log, e, _region.Definition.Uuid);
            _events.Complete();
            await _broken.CancelAsync().ConfigureAwait(false);
            await _stopAccepting.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>One turn of the loop: what came of it goes to storage and to the sockets together.</summary>
    private void Decide(DownstairsMachine machine, List<DownstairsNews> news)
    {
        foreach (var heard in news)
        {
            if (heard.Message is { } message)
                machine.Received(heard.From, message, _effects);
            else if (heard.Done is { } done)
                Finish(machine, done);
            else
                Decide(machine, heard.Event!);
            CarryOut(machine);
            heard.Message?.Release();
        }

        while (_storage.Begin(_done))
        {
            foreach (var done in _done)
            {
                Finish(machine, done);
                CarryOut(machine);
            }

            _done.Clear();
        }

        foreach (var connection in _queuedOn)
            connection.SendQueued();
        _queuedOn.Clear();
        _counters.Observe(machine);
        if (_time.GetElapsedTime(_trimmed) < TrimInterval)
            return;
        _trimmed = _time.GetTimestamp();
        _messages.Trim();
        _buffers.Trim();
    }

    private void Finish(DownstairsMachine machine, in WorkDone done)
    {
        _counters.WorkDone(done.Work, done.Result);
        if (done.Result is StorageResult.Failed failed)
            LogWorkFailed(_log, _region.Definition.Uuid, failed.Error.Describe());
        machine.WorkDone(done.Number, done.Result, _effects);
    }

    private void Decide(DownstairsMachine machine, DownstairsEvent happened)
    {
        switch (happened)
        {
            case DownstairsEvent.Opened e:
                _counters.Accepted();
                _connections.Add(e.Number, e.Connection);
                machine.Opened(e.Number);
                if (_isStopping)
                    e.Connection.Close(CloseReason.Stopped);
                break;
            case DownstairsEvent.Ended e:
                LogEnded(_log, _region.Definition.Uuid, e.Number, e.End.Reason, e.End.Text);
                _counters.Ended(e.End.Reason);
                _connections.Remove(e.Number);
                machine.Ended(e.Number);
                break;
            case DownstairsEvent.RetryDue e:
                machine.RetryDue(e.Number, e.Ticket, _effects);
                break;
            case DownstairsEvent.Stop:
                _isStopping = true;
                foreach (var connection in _connections.Values)
                    connection.Close(CloseReason.Stopped);
                break;
            default:
                throw new UnreachableException(happened.ToString());
        }
    }

    private void CarryOut(DownstairsMachine machine)
    {
        foreach (var effect in _effects)
            CarryOut(machine, effect);
        machine.Reuse(_effects);
    }

    private void CarryOut(DownstairsMachine machine, DownstairsEffect effect)
    {
        switch (effect)
        {
            case DownstairsEffect.Send e:
                Send(machine, e);
                e.Message.Release();
                break;
            case DownstairsEffect.Close e:
                LogClosing(_log, _region.Definition.Uuid, e.Connection, e.Cause);
                if (_connections.TryGetValue(e.Connection, out var closing))
                    closing.Close(CloseReason.ClosedHere, e.Cause.ToString());
                break;
            case DownstairsEffect.Execute e:
                _storage.Give(e.Number, e.Work);
                break;
            case DownstairsEffect.RetryAfter e:
                _ = RetryLaterAsync(e);
                break;
            default:
                throw new UnreachableException(effect.ToString());
        }
    }

    private void Send(DownstairsMachine machine, DownstairsEffect.Send send)
    {
        if (send.Message is Message.YouAreNowActive active)
            LogPromoted(_log, _region.Definition.Uuid, send.Connection, active.Ids.Upstairs, active.Generation);
        if (!_connections.TryGetValue(send.Connection, out var connection)
            || connection.TryQueue(Addressed(connection, send.Message)))
        {
            if (connection is not null)
                _queuedOn.Add(connection);
            return;
        }

        // Ending already, or its peer does not read its replies; either way it hears no more.
        connection.Abort(CloseReason.LimitMet, "The queue of replies is full.");
        machine.Ended(send.Connection);
    }

    // "Any address" is nowhere for another machine; the address at which this peer reached us is one it can reach.
    private static Message Addressed(FramedConnection connection, Message message) =>
        message is Message.YesItsMe hello && IsAny(hello.RepairAddress.Address) && connection.LocalAddress is { } here
            ? hello with { RepairAddress = new(here, hello.RepairAddress.Port) }
            : message;

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private async Task RetryLaterAsync(DownstairsEffect.RetryAfter retry)
    {
        try
        {
            await Task.Delay(retry.Delay, _time, _stopAccepting.Token).ConfigureAwait(false);
            await PostAsync(new DownstairsEvent.RetryDue(retry.Connection, retry.Ticket)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Stopping: the job's connection is being closed and nobody waits for it.
        }
    }
}
