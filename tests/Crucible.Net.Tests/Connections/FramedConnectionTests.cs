using System.Net;
using System.Net.Sockets;
using Crucible.Net.Connections;
using Crucible.Net.Tests.Downstairs;
using Crucible.Wire;

namespace Crucible.Net.Tests.Connections;

public sealed class FramedConnectionTests : IDisposable
{
    private static readonly SessionIds Ids = new(new(Guid.Empty), new(Guid.Empty));

    /// <summary>The peer closes in these tests, so waiting long for it costs nothing and never fails a slow
    /// machine.</summary>
    private static readonly ConnectionOptions Lingering =
        ConnectionOptions.Default with { DrainMax = WireClient.Patience, LingerMax = WireClient.Patience };
    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);

    public FramedConnectionTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Peer_that_closes_ends_the_connection_as_closed_by_it()
    {
        var (connection, peer) = await PairAsync(ConnectionOptions.Default);
        var running = RunAsync(connection, _ => { });
        await peer.SendAsync(new byte[] { 8, 0, 0 });

        peer.Dispose();

        Assert.Equal(CloseReason.PeerClosed, (await running).Reason);
        Assert.False(connection.TrySend(new Message.Ruok()));
    }

    [Fact]
    public async Task Payloads_stay_what_they_were_after_later_frames_arrived()
    {
        var (connection, peer) = await PairAsync(ConnectionOptions.Default);
        var got = new List<Message.Write>();
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = RunAsync(connection, m =>
        {
            got.Add((Message.Write)m);
            if (got.Count == 50)
                enough.SetResult();
        });

        for (var i = 0; i < 50; i++)
            await peer.SendAsync(Write(i, 1024 * (i + 1)));
        await enough.Task.WaitAsync(WireClient.Patience);

        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(1024 * (i + 1), got[i].Data.Length);
            Assert.Equal(-1, got[i].Data.Span.IndexOfAnyExcept((byte)i));
        }
        peer.Dispose();
        await running;
    }

    [Fact]
    public async Task Messages_are_sent_in_order_whatever_their_size()
    {
        var (connection, peer) = await PairAsync(Lingering);
        using var _ = peer;
        for (var i = 0; i < 200; i++)
            Assert.True(connection.TrySend(Write(i, i % 7 == 0 ? 300_000 : 512)));

        var running = RunAsync(connection, _ => { });

        for (var i = 0; i < 200; i++)
            Assert.Equal((ulong)i, Assert.IsType<Message.Write>(await peer.ReceiveAsync()).Job.Value);
        connection.Close(CloseReason.ClosedHere);
        Assert.Null(await peer.ReceiveAsync());
        peer.Dispose();
        Assert.Equal(CloseReason.ClosedHere, (await running).Reason);
    }

    [Fact]
    public async Task Close_writes_what_is_queued_although_the_peer_sent_more_than_was_read()
    {
        var (connection, peer) = await PairAsync(Lingering);
        using var _ = peer;
        for (var i = 0; i < 100; i++)
            Assert.True(connection.TrySend(Write(i, 100_000)));
        connection.Close(CloseReason.ClosedHere, "refused");
        var sending = peer.SendAsync(Write(0, 4 * 1024 * 1024));

        var delivered = 0;
        var running = RunAsync(connection, _ => delivered++);

        for (var i = 0; i < 100; i++)
            Assert.IsType<Message.Write>(await peer.ReceiveAsync());
        Assert.Null(await peer.ReceiveAsync());
        await sending;
        peer.Dispose();
        Assert.Equal(new ConnectionEnd(CloseReason.ClosedHere, "refused"), await running);
        Assert.Equal(0, delivered);
    }

    [Fact]
    public async Task Queue_at_its_limit_in_frames_or_bytes_takes_no_more()
    {
        var (byFrames, peer) = await PairAsync(ConnectionOptions.Default with { QueuedFramesMax = 2 });
        peer.Dispose();
        Assert.True(byFrames.TrySend(new Message.Ruok()));
        Assert.True(byFrames.TrySend(new Message.Ruok()));
        Assert.False(byFrames.TrySend(new Message.Ruok()));

        var (byBytes, other) = await PairAsync(ConnectionOptions.Default with { QueuedBytesMax = 1000 });
        other.Dispose();
        Assert.True(byBytes.TrySend(Write(0, 5000)));
        Assert.False(byBytes.TrySend(new Message.Ruok()));
    }

    [Fact]
    public async Task Peer_that_trickles_one_frame_is_silent_all_the_same()
    {
        var (connection, peer) = await PairAsync(
            ConnectionOptions.Default with { PeerSilenceMax = TimeSpan.FromMilliseconds(200) });
        var running = RunAsync(connection, _ => { });

        try
        {
            await peer.SendAsync(new byte[] { 0, 0, 0, 1 });
            while (!running.IsCompleted)
                await peer.SendAsync(new byte[1]);
        }
        catch (SocketException)
        {
            // It was dropped while we sent.
        }

        Assert.Equal(CloseReason.PeerSilent, (await running).Reason);
        peer.Dispose();
    }

    [Fact]
    public async Task Time_the_owner_takes_for_a_message_is_not_the_peers_silence()
    {
        var (connection, peer) = await PairAsync(
            ConnectionOptions.Default with { PeerSilenceMax = TimeSpan.FromMilliseconds(50) });
        var handled = 0;
        var passed = new CancellationTokenSource(TimeSpan.FromMilliseconds(400));
        var running = connection.RunAsync(
            async (_, _) =>
            {
                // Well over the limit on silence, by the same clock.
                var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await using var registration = passed.Token.Register(over.SetResult);
                await over.Task;
                handled++;
            },
            CancellationToken.None).WaitAsync(WireClient.Patience);
        await peer.SendAsync(new byte[] { 8, 0, 0, 0, 9, 0, 0, 0, 8, 0, 0, 0, 9, 0, 0, 0 });

        Assert.Equal(CloseReason.PeerSilent, (await running).Reason);

        Assert.Equal(2, handled);
        passed.Dispose();
        peer.Dispose();
    }

    [Fact]
    public async Task Stopping_aborts_at_once()
    {
        var (connection, peer) = await PairAsync(ConnectionOptions.Default);
        using var _ = peer;
        using var stopping = new CancellationTokenSource();
        var running = connection.RunAsync((_, _) => default, stopping.Token);

        await stopping.CancelAsync();

        Assert.Equal(CloseReason.Stopped, (await running.WaitAsync(WireClient.Patience)).Reason);
    }

    private static Message.Write Write(int job, int bytes)
    {
        var data = new byte[bytes];
        data.AsSpan().Fill((byte)job);
        return new(Ids, new((ulong)job), [], new(0), [], data);
    }

    private static Task<ConnectionEnd> RunAsync(FramedConnection connection, Action<Message> onMessage) =>
        connection.RunAsync(
            (message, _) =>
            {
                onMessage(message);
                return default;
            },
            CancellationToken.None).WaitAsync(WireClient.Patience);

    private async Task<(FramedConnection Connection, WireClient Peer)> PairAsync(ConnectionOptions options)
    {
        var connecting = WireClient.ConnectAsync((IPEndPoint)_listener.LocalEndPoint!);
        var socket = await _listener.AcceptAsync().WaitAsync(WireClient.Patience);
        return (
            new FramedConnection(new NetworkStream(socket, ownsSocket: true), options, TimeProvider.System),
            await connecting);
    }
}
