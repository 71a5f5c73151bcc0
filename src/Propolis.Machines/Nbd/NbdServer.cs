using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Propolis.Machines.Nbd;

/// <summary>Serves disks over NBD on a Unix socket or a TCP port.</summary>
/// <remarks>
/// What a client sends, garbage included, ends at most that client's connection. A request that the device has not answered is
/// not answered either: its client waits.
/// </remarks>
public sealed partial class NbdServer : IAsyncDisposable
{
    private const int Backlog = 16;
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly NbdExports _exports;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Socket _listener;
    private readonly string? _socketFile;
    private readonly CancellationTokenSource _stopAccepting = new();
    private readonly CancellationTokenSource _cut = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<NbdSession, Task> _sessions = [];
    private readonly Task _accepting;

    private NbdServer(Socket listener, string? socketFile, NbdExports exports, TimeProvider time, ILogger log)
    {
        (_listener, _socketFile, _exports, _time, _log) = (listener, socketFile, exports, time, log);
        _accepting = AcceptLoopAsync();
    }

    /// <summary>Where it listens.</summary>
    public EndPoint EndPoint => _listener.LocalEndPoint!;

    /// <summary>Clients connected now.</summary>
    public int Clients
    {
        get
        {
            lock (_lock)
                return _sessions.Count;
        }
    }

    /// <summary>Starts to serve.</summary>
    /// <param name="listen">
    /// A Unix socket, made with access for its owner only (a file left by a server that is gone is replaced); or an address.
    /// </param>
    /// <param name="exports">At least one; their names differ.</param>
    /// <exception cref="IOException">It cannot listen there; the message says why.</exception>
    /// <exception cref="ArgumentException">Two exports have one name, or a name is too long.</exception>
    public static NbdServer Start(EndPoint listen, IEnumerable<NbdExport> exports, TimeProvider time, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(listen);
        var found = new NbdExports(exports);
        try
        {
            var listener = listen is UnixDomainSocketEndPoint unix ? BindFile(unix) : BindPort(listen);
            listener.Listen(Backlog);
            return new NbdServer(listener, (listen as UnixDomainSocketEndPoint)?.ToString(), found, time, log);
        }
        catch (Exception e) when (e is SocketException or UnauthorizedAccessException)
        {
            throw new IOException($"The NBD server cannot listen on {listen}: {e.Message}.", e);
        }
    }

    /// <summary>Takes no more clients and requests, lets what is under way end (for a limited time), and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopAccepting.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        KeyValuePair<NbdSession, Task>[] sessions;
        lock (_lock)
            sessions = [.. _sessions];
        await Task.WhenAll(sessions.Select(s => s.Key.StopReadingAsync())).ConfigureAwait(false);
        // A client that takes no answers would hold its session; the drain has its own limit.
        var ended = Task.WhenAll(sessions.Select(s => s.Value));
        if (await Task.WhenAny(ended, Task.Delay(NbdLimits.DrainMax, _time)).ConfigureAwait(false) != ended)
            await _cut.CancelAsync().ConfigureAwait(false);
        await ended.ConfigureAwait(false);
        _stopAccepting.Dispose();
        _cut.Dispose();
    }

    private static Socket BindPort(EndPoint listen)
    {
        var listener = new Socket(listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        return Bound(listener, listen);
    }

    /// <summary>Nobody can connect before the access is set, because the socket does not listen yet.</summary>
    private static Socket BindFile(UnixDomainSocketEndPoint listen)
    {
        RemoveIfStale(listen);
        var listener = Bound(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), listen);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(listen.ToString(), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return listener;
    }

    private static Socket Bound(Socket listener, EndPoint listen)
    {
        try
        {
            listener.Bind(listen);
            return listener;
        }
        catch (SocketException)
        {
            listener.Dispose();
            throw;
        }
    }

    private static void RemoveIfStale(UnixDomainSocketEndPoint listen)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(listen);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(listen.ToString());
        }
        catch (SocketException)
        {
            // No file there, or one that is no socket: binding says which.
        }
    }

    private async Task AcceptLoopAsync()
    {
        await Task.Yield();
        while (!_stopAccepting.IsCancellationRequested)
        {
            try
            {
                Begin(await _listener.AcceptAsync(_stopAccepting.Token).ConfigureAwait(false));
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (SocketException e)
            {
                // Running out of descriptors fails at once and again; the pause keeps that from being a busy loop.
                LogAcceptFailed(_log, e);
                await Task.Delay(AcceptPause, _time, _stopAccepting.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        _listener.Dispose();
        if (_socketFile is not null)
            File.Delete(_socketFile);
    }

    private void Begin(Socket socket)
    {
        if (socket.AddressFamily != AddressFamily.Unix)
            socket.NoDelay = true;
        lock (_lock)
        {
            if (_sessions.Count >= NbdLimits.ConnectionsMax)
            {
                LogTooMany(_log, _sessions.Count);
                socket.Dispose();
                return;
            }

            var session = new NbdSession(socket, _exports, _time);
            _sessions.Add(session, ServeAsync(session));
        }
    }

    private async Task ServeAsync(NbdSession session)
    {
        // Off the accept loop, and out of its lock, from the first instruction.
        await Task.Yield();
        var reason = await session.RunAsync(_cut.Token).ConfigureAwait(false);
        _exports.Leave(session);
        LogEnded(_log, session.ExportName ?? "no export", reason);
        lock (_lock)
            _sessions.Remove(session);
        session.Dispose();
    }
}
